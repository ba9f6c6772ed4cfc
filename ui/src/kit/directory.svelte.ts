import type { Directory, DirectoryClient, DirectoryNumber, DirectoryProfile, DirectoryUser } from "../api/bindings";
import { m } from "../paraglide/messages";
import { phone } from "./format";

export type DirectoryItem = { value: string; label: string; hint?: string };
export type DirectoryKind = "clients" | "users" | "profiles" | "numbers";

// Who there is, by id: what every row, filter and picker looks up.
class DirectoryState {
  #now = $state.raw<Directory>({ clients: [], users: [], profiles: [], numbers: [] });
  #clients = $derived(new Map(this.#now.clients.map((client) => [client.id, client])));
  #users = $derived(new Map(this.#now.users.map((user) => [user.id, user])));
  #profiles = $derived(new Map(this.#now.profiles.map((profile) => [profile.id, profile])));

  take(directory: Directory): void {
    this.#now = directory;
  }

  get clients(): DirectoryClient[] {
    return this.#now.clients;
  }

  get users(): DirectoryUser[] {
    return this.#now.users;
  }

  get profiles(): DirectoryProfile[] {
    return this.#now.profiles;
  }

  get numbers(): DirectoryNumber[] {
    return this.#now.numbers;
  }

  /** More than one client: the client is worth a column and a filter. */
  get several(): boolean {
    return this.#now.clients.length > 1;
  }

  /** More than one user: the user is worth a column and a filter. */
  get severalUsers(): boolean {
    return this.#now.users.length > 1;
  }

  client(id: string): DirectoryClient | undefined {
    return this.#clients.get(id);
  }

  user(id: string): DirectoryUser | undefined {
    return this.#users.get(id);
  }

  // Who is not here yet, or not any more, is still somebody; an id says nothing to a person.
  clientName(id: string): string {
    return this.#clients.get(id)?.name ?? m.directory_a_client();
  }

  userName(id: string): string {
    return this.#users.get(id)?.name ?? m.directory_a_user();
  }

  profileName(id: string): string {
    return this.#profiles.get(id)?.name ?? m.directory_a_profile();
  }

  /** The users of these clients; of all when none is named. */
  usersOf(clients: string[]): DirectoryUser[] {
    return clients.length ? this.#now.users.filter((user) => clients.includes(user.client)) : this.#now.users;
  }

  /** What a picker offers, of one client where it is named. A number's value is its E.164 form. */
  items(kind: DirectoryKind, client?: string): DirectoryItem[] {
    const of = <T extends { client: string }>(all: T[]) => (client === undefined ? all : all.filter((one) => one.client === client));
    switch (kind) {
      case "clients":
        return this.clients.map((one) => ({ value: one.id, label: one.name, hint: one.realm }));
      case "users":
        return of(this.users).map((one) => ({ value: one.id, label: one.name || one.extension, hint: client === undefined ? `${one.extension} ${this.clientName(one.client)}` : one.extension }));
      case "profiles":
        return this.profiles.map((one) => ({ value: one.id, label: one.name }));
      case "numbers":
        return of(this.numbers).map((one) => ({ value: one.e164, label: phone(one.e164, this.client(one.client)?.country ?? ""), ...(client === undefined ? { hint: this.clientName(one.client) } : {}) }));
    }
  }
}

export const directory = new DirectoryState();
