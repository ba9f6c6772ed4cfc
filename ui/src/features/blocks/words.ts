import type { Block, BlockKind } from "../../api/bindings";
import { phone } from "../../kit/format";
import { m } from "../../paraglide/messages";

export const KINDS: BlockKind[] = ["number", "prefix", "anonymous"];

export function kindWords(kind: BlockKind): string {
  switch (kind) {
    case "number":
      return m.blocks_kind_number();
    case "prefix":
      return m.blocks_kind_prefix();
    case "anonymous":
      return m.blocks_kind_anonymous();
  }
}

/** Whom a block stops, in words. */
export function blocked(block: Block): string {
  switch (block.kind) {
    case "number":
      return phone(block.number, "");
    case "prefix":
      return `${block.number}…`;
    case "anonymous":
      return m.blocks_kind_anonymous();
  }
}
