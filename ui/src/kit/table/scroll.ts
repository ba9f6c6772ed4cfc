// Browsers cap the height of an element (about 33 million px in Chromium, 17 in others), so a
// list of ten million rows can't be one tall element. Up to MOST_PX the map is the identity.
// Beyond, a small movement (wheel, keys, touch) moves the rows by exactly as many pixels, and a
// large one (the scrollbar's thumb) goes to the proportional place. Near both ends the map is
// pixel by pixel, so the first and the last row are reached by wheel as in any list.

/** Height of a row in px. */
export const ROW_PX = 32;
/** Tallest element that is made, in px: 300,000 rows, well under every engine's cap. */
export const MOST_PX = 9_600_000;
/** A movement up to this many px is a wheel or a key; a thumb's pixel is worth more than this. */
const LOCAL_PX = 4_000;
/** Length of the exact stretch at both ends, in px. */
const EDGE_PX = 100_000;

export class ScrollMap {
  /** Position of the viewport's top in the full list, in px. */
  top = 0;
  /** Position of the element's scrollbar, in px. */
  physical = 0;
  #rows = 0;
  #viewport = 0;

  /** Height of all rows in px. */
  get height(): number {
    return this.#rows * ROW_PX;
  }

  /** Height of the element in px. */
  get elementHeight(): number {
    return Math.min(this.height, MOST_PX);
  }

  get first(): number {
    return Math.min(Math.max(0, this.#rows - 1), Math.floor(this.top / ROW_PX));
  }

  /** Rows that are at least partly in view. */
  get shown(): number {
    return Math.min(this.#rows - this.first, Math.ceil(this.#viewport / ROW_PX) + 1);
  }

  get #mostTop(): number {
    return Math.max(0, this.height - this.#viewport);
  }

  get #mostPhysical(): number {
    return Math.max(0, this.elementHeight - this.#viewport);
  }

  get #exact(): boolean {
    return this.height <= MOST_PX;
  }

  /** New numbers of rows and px; the place stays where it is if it still exists. */
  size(rows: number, viewport: number): void {
    this.#rows = rows;
    this.#viewport = viewport;
    this.to(this.top);
  }

  /** The element was scrolled to here by a person. */
  scrolled(physical: number): void {
    const moved = physical - this.physical;
    this.physical = physical;
    if (this.#exact) this.top = this.#clamp(physical);
    else if (Math.abs(moved) <= LOCAL_PX) this.top = this.#clamp(this.top + moved);
    else this.top = this.#clamp(this.#topAt(physical));
  }

  /** Where the scrollbar belongs for this place; set it when the movement has ended. */
  settled(): number {
    const rest = this.#mostTop - this.top;
    if (this.#exact || this.top <= EDGE_PX) return this.top;
    if (rest <= EDGE_PX) return this.#mostPhysical - rest;
    return Math.round(EDGE_PX + (this.top - EDGE_PX) / this.#scale);
  }

  /** True where a wheel would hit the end of the element before the end of the list. */
  get stuck(): boolean {
    if (this.#exact) return false;
    const atStart = this.physical <= 0 && this.top > 0;
    const atEnd = this.physical >= this.#mostPhysical && this.top < this.#mostTop;
    return atStart || atEnd;
  }

  /** Goes to a place in the full list. Gives back where the scrollbar goes. */
  to(top: number): number {
    this.top = this.#clamp(top);
    this.physical = this.settled();
    return this.physical;
  }

  /** Brings a row into view with the least movement. Gives back where the scrollbar goes. */
  reveal(row: number): number {
    const start = row * ROW_PX;
    if (start < this.top) return this.to(start);
    if (start + ROW_PX > this.top + this.#viewport) return this.to(start + ROW_PX - this.#viewport);
    return this.physical;
  }

  /** Where a row is drawn inside the element, in px. */
  place(row: number): number {
    return Math.round(row * ROW_PX - this.top + this.physical);
  }

  // Pixels of the list for a pixel of the element, between the exact stretches.
  get #scale(): number {
    return (this.#mostTop - 2 * EDGE_PX) / (this.#mostPhysical - 2 * EDGE_PX);
  }

  #topAt(physical: number): number {
    const rest = this.#mostPhysical - physical;
    if (physical <= EDGE_PX) return physical;
    if (rest <= EDGE_PX) return this.#mostTop - rest;
    return EDGE_PX + (physical - EDGE_PX) * this.#scale;
  }

  #clamp(top: number): number {
    return Math.min(Math.max(0, top), this.#mostTop);
  }
}
