import type { ClientPage } from "../../api/bindings";
import { m } from "../../paraglide/messages";

const NAMES: Record<ClientPage, () => string> = {
  users: m.page_users,
  numbers: m.page_numbers,
  calls: m.page_calls,
  active_calls: m.limited_page_active_calls,
  phones: m.limited_page_phones,
  blocks: m.limited_page_blocks,
  emergency: m.limited_page_emergency,
  audit: m.limited_page_audit,
};

export const CLIENT_PAGES = Object.keys(NAMES) as ClientPage[];
export const pageName = (page: ClientPage): string => NAMES[page]();
