/** Takes the focus when it comes: `{@attach focused}` on the field that a step begins with. */
export const focused = (node: HTMLElement): void => node.focus();
