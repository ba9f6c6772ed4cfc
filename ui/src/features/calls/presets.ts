import { PRESETS, type Preset } from "./filter";

// The backend keeps the instants of a saved filter. That it was "Last 7 days" when it was saved
// is kept here, so it still means the last seven days when it is used.
const KEY = "tandem.saved-filter-presets";

function read(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

function write(all: Record<string, string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Without storage the filter keeps the instants it was saved with.
  }
}

export const presets = {
  of(id: string): Preset | undefined {
    return PRESETS.find((preset) => preset === read()[id]);
  },
  keep(id: string, preset: Preset): void {
    write({ ...read(), [id]: preset });
  },
  forget(id: string): void {
    const { [id]: _gone, ...rest } = read();
    write(rest);
  },
};
