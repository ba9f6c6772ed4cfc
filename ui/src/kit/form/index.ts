/**
 * A form is what its fields hold at first, what they are called and how it is sent. What changed,
 * the save bar that names it, the question before a change is lost, errors beside their fields and
 * those that no field has are the form's. On a page of its own:
 *
 * ```svelte
 * <script lang="ts">
 *   let { id }: { id: string } = $props(); // from "/clients/:id"; the page is made anew for another id
 *   const client = form<ChangeClient>({
 *     initial: { name: now.name, realm: now.realm, most: now.most, profiles: now.profiles },
 *     labels: { name: m.client_name, realm: m.client_realm, most: m.client_most, profiles: m.client_profiles },
 *     send: (value) => call("clients.change", { id, ...value }),
 *     done: () => toasts.show("good", m.client_saved()),
 *   });
 *   let tab = $state("main");
 * </script>
 *
 * <FormPage form={client} title={now.name} back={{ to: "/clients", label: m.page_clients() }}>
 *   {#snippet tabs()}<Tabs form={client} bind:chosen={tab} label={now.name} tabs={[{ id: "main", label: m.main(), fields: ["name", "realm"] }, …]} />{/snippet}
 *   {#if tab === "main"}
 *     <TextField form={client} field="name" most={120} />
 *     <TextField form={client} field="realm" readonly />
 *   {:else}
 *     <NumberField form={client} field="most" placeholder={m.no_limit()} />
 *     <ManyField form={client} field="profiles" of="profiles" />
 *   {/if}
 * </FormPage>
 * ```
 *
 * - At the side of a list: `<Sheet title=… form={…} onclose={() => (editing = null)}>` with the
 *   same fields in it, inside an `{#if}` that is true while it is open. A form that is made there
 *   must be made by a component of its own, so that it lives as long as the sheet.
 * - `fresh: true` for a thing that does not exist yet: it has Cancel instead of Discard.
 * - `field` is the name on the wire. The server's error of `devices[0].mac` shows at the field
 *   `devices`; inputs of your own ask `form.error("devices[0].mac")` and stand in a `Field`.
 * - Inputs: TextField (text, email, password, tel, url), NumberField (empty is none), AreaField,
 *   CheckField, SelectField, PickField (one of the directory's clients, users, profiles, numbers
 *   or of your items), ManyField (several of them), TagsField (texts), Tabs.
 * - Saving is refused while the server can't be reached, in words; `why` adds reasons of the page's.
 * - Whatever leaves the page by itself asks first: `guard.leave(() => …)`. Links, `route.go`, the
 *   sheet and the account menu do.
 */
export { default as AreaField } from "./AreaField.svelte";
export { default as CheckField } from "./CheckField.svelte";
export { Form, form } from "./form.svelte";
export { default as FormPage } from "./FormPage.svelte";
export { guard } from "./guard.svelte";
export { default as ManyField } from "./ManyField.svelte";
export { default as NumberField } from "./NumberField.svelte";
export { default as Pick } from "./Pick.svelte";
export { default as PickField } from "./PickField.svelte";
export { default as SelectField } from "./SelectField.svelte";
export { default as Sheet } from "./Sheet.svelte";
export { default as Tabs } from "./Tabs.svelte";
export { default as TagsField } from "./TagsField.svelte";
export { default as TextField } from "./TextField.svelte";
