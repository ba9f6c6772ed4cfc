import type { ClassSeconds, ReportFigures, ReportLine } from "../../api/bindings";
import { language } from "../../kit/language.svelte";
import type { ListColumn } from "../../kit/list";
import { words } from "../../kit/words.svelte";
import { m } from "../../paraglide/messages";
import { monthName } from "./months";
import type { By } from "./reports.svelte";

export const CLASSES: { id: keyof ClassSeconds; title: () => string; /** Few have such calls. */ rare?: true; yields?: number }[] = [
  { id: "canada", title: m.class_canada, yields: 2 },
  { id: "us", title: m.class_us, yields: 3 },
  { id: "international", title: m.class_international, yields: 1 },
  { id: "toll_free", title: m.class_toll_free, yields: 6 },
  { id: "other_nanp", title: m.class_other_nanp, rare: true },
  { id: "emergency", title: m.class_emergency, rare: true },
  { id: "other", title: m.class_other, rare: true },
];

export const clock = (hour: number): string => `${String(hour % 24).padStart(2, "0")}:00`;
export const minutes = (seconds: number): number => Math.round(seconds / 6) / 10;
export const answeredShare = (figures: ReportFigures): number => (figures.calls ? figures.answered_calls / figures.calls : 0);

function figure(id: string, title: () => string, value: (figures: ReportFigures) => number, rest: Pick<ListColumn<ReportLine>, "extra" | "yields"> = {}): ListColumn<ReportLine> {
  return {
    id,
    title,
    text: (line) => words.count(value(line.figures)),
    plain: (line) => String(value(line.figures)),
    key: (line) => value(line.figures),
    width_px: 84,
    align: "end",
    ...rest,
  };
}

const OF: Record<By, ListColumn<ReportLine>> = {
  month: { id: "month", title: m.reports_month, text: (line) => (line.month ? monthName(line.month, language.now) : ""), plain: (line) => line.month ?? "", key: (line) => line.month, width_px: 100 },
  client: { id: "client", title: m.column_client, text: (line) => line.client_name, width_px: 140, grow: 1 },
  user: { id: "user", title: m.column_user, text: (line) => line.user_name || m.reports_no_user(), width_px: 130, grow: 1 },
};

const FIGURES: ListColumn<ReportLine>[] = [
  figure("calls", m.cache_calls, (figures) => figures.calls),
  {
    id: "answered",
    title: m.result_answered,
    text: (line) => words.percent(answeredShare(line.figures)),
    plain: (line) => answeredShare(line.figures).toFixed(3),
    key: (line) => answeredShare(line.figures),
    width_px: 84,
    align: "end",
  },
  figure("minutes", m.reports_minutes, (figures) => minutes(figures.talk_seconds)),
  figure("inbound", m.direction_inbound, (figures) => minutes(figures.inbound_seconds)),
  figure("internal", m.direction_internal, (figures) => minutes(figures.internal_seconds), { yields: 5 }),
  ...CLASSES.map(({ id, title, rare, yields }) => figure(id, title, (figures) => minutes(figures.outbound[id]), { ...(rare ? { extra: rare } : {}), ...(yields ? { yields } : {}) })),
  {
    id: "busiest",
    title: m.reports_busiest,
    text: (line) => (line.figures.busiest_hour === null ? "" : clock(line.figures.busiest_hour)),
    key: (line) => line.figures.busiest_hour,
    width_px: 84,
    align: "end",
    yields: 4,
  },
];

/** The columns of a report that is told by these, in the order of the columns. */
export const columnsBy = (by: By[]): ListColumn<ReportLine>[] => [...(["month", "client", "user"] as const).filter((one) => by.includes(one)).map((one) => OF[one]), ...FIGURES];
