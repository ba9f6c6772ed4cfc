import { query } from "../../api/query.svelte";
import type { Account, Brand, CustomLink } from "../../api/bindings";

/** The window's icon is the reseller's, where it has one. */
export function showFavicon(address: () => string | null | undefined): void {
  $effect(() => {
    const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    const own = link?.href;
    const wanted = address();
    if (!link || !own || !wanted) return;
    link.removeAttribute("type");
    link.href = wanted;
    return () => (link.href = own);
  });
}

/** What a client or user sees of its reseller: nothing where the reseller itself is signed in. */
export function brandOf(account: () => Account): { readonly brand: Brand | null; readonly links: CustomLink[] } {
  const of = () => account().role;
  const brand = query("branding.show", () => (of() === "reseller" ? null : { server: null, realm: null }));
  const links = query("links.list", () => (of() === "client" ? {} : null));
  return {
    get brand() {
      return brand.data ?? null;
    },
    get links() {
      return links.data?.rows ?? [];
    },
  };
}
