import type { Directory, DirectoryClient, DirectoryUser } from "../../api/bindings";

// Who there is, by id: what every row and filter looks up.
class DirectoryState {
  #now = $state.raw<Directory>({ clients: [], users: [] });
  #clients = $derived(new Map(this.#now.clients.map((client) => [client.id, client])));
  #users = $derived(new Map(this.#now.users.map((user) => [user.id, user])));

  take(directory: Directory): void {
    this.#now = directory;
  }

  get clients(): DirectoryClient[] {
    return this.#now.clients;
  }

  /** More than one client: the client is worth a column and a filter. */
  get several(): boolean {
    return this.#now.clients.length > 1;
  }

  client(id: string): DirectoryClient | undefined {
    return this.#clients.get(id);
  }

  clientName(id: string): string {
    return this.#clients.get(id)?.name ?? id;
  }

  userName(id: string): string {
    return this.#users.get(id)?.name ?? id;
  }

  /** The users of these clients; of all when none is named. */
  usersOf(clients: string[]): DirectoryUser[] {
    return clients.length ? this.#now.users.filter((user) => clients.includes(user.client)) : this.#now.users;
  }
}

export const directory = new DirectoryState();
