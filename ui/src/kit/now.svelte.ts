import { forgetViewerZone } from "./format";

// The one place that reads the clock for what is shown; it moves once a minute.
class Now {
  minute = $state(Date.now());
}

export const now = new Now();
setInterval(() => {
  forgetViewerZone();
  now.minute = Date.now();
}, 60_000);
