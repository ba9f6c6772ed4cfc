import { language } from "../language.svelte";
import { m } from "../../paraglide/messages";

// What the server says of a field continues the field's name, in English. The rules that every
// field shares are said in the person's language; the others as the server says them.
const SHARED: [RegExp, (found: string[]) => string][] = [
  [/^is needed$/, () => m.field_needed()],
  [/^has at most (\d+) characters$/, ([most]) => m.field_at_most({ n: most ?? "" })],
  [/^has a control character$/, () => m.field_control()],
  [/^is not an email address$/, () => m.field_email()],
  [/^is not a time zone's IANA name$/, () => m.field_zone()],
  [/^is in use$/, () => m.field_in_use()],
  [/^can't be read: write it like (\+[\d ]+\d)$/, ([example]) => m.field_number({ example: example ?? "" })],
  [/^is not the beginning of a number, such as (\+\d+\*?)$/, ([example]) => m.field_prefix({ example: example ?? "" })],
  [/^is blocked already$/, () => m.field_blocked()],
  [/^is not an emergency number there$/, () => m.field_emergency()],
  [/^is not a validated number of (this|any) client$/, () => m.field_validated()],
];

/** An error of a field as a sentence of its own. */
export function fieldWords(label: string, message: string): string {
  for (const [rule, said] of SHARED) {
    const found = rule.exec(message);
    if (found) return said(found.slice(1));
  }
  // A sentence stands for itself; a part of one continues the field's name.
  const whole = !/^\p{Ll}/u.test(message);
  if (whole || !label) return message;
  return language.now === "en" ? `${label} ${message}.` : `${label}: ${message}.`;
}
