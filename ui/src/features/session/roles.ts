import type { Role } from "../../api/bindings";
import { m } from "../../paraglide/messages";

const NAMES: Record<Role, () => string> = {
  reseller: m.role_reseller,
  client: m.role_client,
  user: m.role_user,
};

export const roleName = (role: Role): string => NAMES[role]();
