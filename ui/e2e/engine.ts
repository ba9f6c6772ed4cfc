import { type Page } from "@playwright/test";
import { given, rpc } from "./person";

// What a SIP engine tells the server, for stories of what is going on now.

type User = { id: string; client: string; first_name: string; last_name: string; extension: string };
type Phone = { realm: string; sip_user: string };
export type Registering = { public_port?: number; lan?: string; instance?: string; public_address?: string };

export class Engine {
  #page: Page;
  #sequence = 0;
  /** Another start of the engine than that of any story before. */
  readonly boot = `story-${Date.now()}`;

  constructor(page: Page) {
    this.#page = page;
  }

  async #post(path: string, data: object): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${given("TANDEM_ENGINE_SECRET")}` };
    const answer = await this.#page.request.post(`${given("TANDEM_SERVER")}${path}`, { data, headers });
    const body = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok()) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  }

  async #tell(...events: object[]): Promise<Record<string, unknown>> {
    const numbered = events.map((event) => ({ sequence: ++this.#sequence, at_ms: Date.now(), event }));
    return this.#post("/engine/v1/event", { engine: "story", boot: this.boot, events: numbered });
  }

  /** The users of the sample that have phones, each with what its phone registers with. */
  async phones(most: number): Promise<(User & Phone)[]> {
    const users = (await rpc(this.#page, "users.list")) as User[];
    const some = users.slice(0, most);
    return Promise.all(some.map(async (user) => ({ ...user, ...((await rpc(this.#page, "users.phone", { id: user.id })) as Phone) })));
  }

  /** A phone registers. */
  async register(phone: Phone, { public_port = 5060, lan = "192.168.1.20:5060", instance = "", public_address = "203.0.113.7" }: Registering = {}): Promise<void> {
    const contact = `sip:${phone.sip_user}@${lan}`;
    const at = { user: phone.sip_user, realm: phone.realm, contact };
    await this.#tell({ register: { ...at, user_agent: "Yealink SIP-T54W 96.86", instance, lan_address: lan, public_address, public_port, transport: "udp", expires_at_ms: Date.now() + 3_600_000, round_trip_ms: 24 } });
  }

  async expire(phone: Phone, lan = "192.168.1.20:5060"): Promise<void> {
    await this.#tell({ expire: { user: phone.sip_user, realm: phone.realm, contact: `sip:${phone.sip_user}@${lan}` } });
  }

  /** A phone calls; gives the server's id of the call, which rings. */
  async call(phone: Phone, to: string): Promise<string> {
    const tag = `${this.boot}-${++this.#sequence}`;
    const caller = { phone: { user: phone.sip_user, realm: phone.realm } };
    const answer = await this.#post("/engine/v1/invite", {
      engine: "story", boot: this.boot, sip_call_id: tag, from_tag: tag, caller, from_user: phone.sip_user, to, source_address: "203.0.113.7", source_port: 5060,
    });
    const call = (answer.ring as { call: string } | undefined)?.call;
    if (!call) throw new Error(`the call was not let through: ${JSON.stringify(answer)}`);
    await this.#tell({ call: { call, codec: "" } });
    return call;
  }

  async answered(call: string): Promise<void> {
    await this.#tell({ call: { call, answered_at_ms: Date.now(), codec: "PCMU" } });
  }

  async ended(call: string): Promise<void> {
    await this.#tell({ end: { call, sip_code: 200, cause: 16 } });
  }

  /** The calls that somebody asked to end. */
  async toEnd(): Promise<string[]> {
    return (await this.#tell()).hang_up as string[];
  }
}
