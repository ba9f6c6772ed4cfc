const DAY_MINUTES = 1440;

/** A minute of the day as a clock shows it; the end of the day is midnight. */
export function clockOf(minute: number): string {
  const of_day = minute % DAY_MINUTES;
  return `${String(Math.floor(of_day / 60)).padStart(2, "0")}:${String(of_day % 60).padStart(2, "0")}`;
}

/** The minute of a clock's time. Midnight as an end is the day's end. */
export function minuteOf(clock: string, is_end: boolean): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const minute = (hours || 0) * 60 + (minutes || 0);
  return is_end && minute === 0 ? DAY_MINUTES : minute;
}
