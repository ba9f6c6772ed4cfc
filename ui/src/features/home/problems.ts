import type { HomeNow, HomeProblem } from "../../api/bindings";
import { directory } from "../../kit/directory.svelte";
import { route } from "../../kit/route.svelte";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { shown } from "../live/shown.svelte";
import { asOf, here } from "../live/status";

/** A problem in words, and the way to where it can be looked at. */
export type Line = { id: string; text: string; about: string; urgent: boolean; go: () => void };

function toPhones(client: string | null): void {
  shown.client = client;
  shown.phones = "offline";
  route.go("/phones");
}

function toCalls(client: string): void {
  shown.client = client;
  route.go("/active");
}

function line(problem: HomeProblem, now: HomeNow): Line {
  if ("emergency_call" in problem) {
    const { call, client, user, dialled, location, at_ms } = problem.emergency_call;
    const about = [asOf(at_ms), user ? directory.userName(user) : "", location].filter(Boolean).join(" · ");
    return { id: `emergency ${call}`, text: m.home_problem_emergency({ client: directory.clientName(client), number: dialled }), about, urgent: true, go: () => route.go("/emergency") };
  }
  if ("near_limit" in problem) {
    const { client, international, calls, limit } = problem.near_limit;
    const told = { client: directory.clientName(client), calls: words.count(calls), limit: words.count(limit) };
    return { id: `limit ${client} ${international}`, text: international ? m.home_problem_limit_abroad(told) : m.home_problem_limit(told), about: "", urgent: calls >= limit, go: () => toCalls(client) };
  }
  const { client, phones, last_ms } = problem.phones_dropped;
  return {
    id: `dropped ${client}`,
    text: m.home_problem_dropped({ client: directory.clientName(client), count: phones, n: words.count(phones) }),
    about: m.home_problem_dropped_last({ time: asOf(here(last_ms, now.status)) }),
    urgent: false,
    go: () => toPhones(client),
  };
}

/** Everything that somebody should look at. What can be many, a line a client, comes after what is one line. */
export function lines(now: HomeNow | undefined, shared: number, unprotected: number): Line[] {
  const going = now?.problems ?? [];
  const told = (problems: HomeProblem[]) => (now ? problems.map((problem) => line(problem, now)) : []);
  const all = told(going.filter((problem) => !("phones_dropped" in problem)));
  if (unprotected > 0) all.push({ id: "emergency ids", text: m.emergency_missing({ count: unprotected, n: words.count(unprotected) }), about: m.page_emergency(), urgent: false, go: () => route.go("/emergency") });
  if (shared > 0) all.push({ id: "nat", text: m.home_problem_nat({ count: shared, n: words.count(shared) }), about: m.page_nat(), urgent: false, go: () => route.go("/nat") });
  return [...all, ...told(going.filter((problem) => "phones_dropped" in problem))];
}
