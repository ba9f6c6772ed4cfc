import { expect, it } from "vitest";
import { playerWords, problemWords } from "./problem";

const problem = (code: "offline" | "audio" | "cache", detail: string) => ({ type: "", title: "Title", status: 500, code, detail }) as unknown as Parameters<typeof playerWords>[0];

it("a recording that does not play says why once", () => {
  expect(playerWords(problem("offline", "no connection"))).toBe("Not kept on this computer: it plays when the server is back.");
  expect(playerWords(problem("audio", "No sound output was found on this computer."))).toBe("No sound output was found on this computer. Connect one, or choose another output.");
  expect(playerWords(problem("audio", "This recording ends before its first sample."))).toBe("This recording ends before its first sample.");
});

it("an account open elsewhere is a refusal, other troubles of the copy are faults", () => {
  expect(problemWords(problem("cache", "another Tandem window has this account open")).title).toBe("Another Tandem window has this account open.");
  expect(problemWords(problem("cache", "disk gone")).title).toBe("The local copy has a problem.");
});
