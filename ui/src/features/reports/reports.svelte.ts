export type By = "month" | "client" | "user";

// What a report is told by; it stays while one is elsewhere.
class Reports {
  by = $state.raw<By[]>(["month", "client"]);

  /** At least one stays. */
  toggle(one: By): void {
    const next = this.by.includes(one) ? this.by.filter((by) => by !== one) : [...this.by, one];
    if (next.length > 0) this.by = next;
  }
}

export const reports = new Reports();
