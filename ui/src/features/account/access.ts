import type { Access } from "../../api/bindings";
import { m } from "../../paraglide/messages";

const NAMES: Record<Access, () => string> = {
  owner: m.access_owner,
  support: m.access_support,
  read_only: m.access_read_only,
};

export const ACCESSES: Access[] = ["owner", "support", "read_only"];

export const accessName = (access: Access): string => NAMES[access]();
