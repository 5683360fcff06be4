import { isJsonObject, type Json } from './json';

/** Shorter lists are edited as they are. */
const shortest = 2_048;
/** How many items a piece of a list has at first; it is split when it has twice as many. */
const pieceLength = 512;

/** A long list in pieces, so that an item is put in or taken out without moving all that follow. */
class Pieces {
  private readonly pieces: Json[][] = [];
  length = 0;

  constructor(items: readonly Json[]) {
    for (let start = 0; start < items.length; start += pieceLength)
      this.pieces.push(items.slice(start, start + pieceLength));
    this.length = items.length;
  }

  get(index: number): Json | undefined {
    const { piece, offset } = this.find(index);
    return piece?.[offset];
  }

  set(index: number, item: Json): void {
    const { piece, offset } = this.find(index);
    if (piece) piece[offset] = item;
  }

  insert(index: number, item: Json): void {
    const { piece, offset, place } = this.find(index);
    this.length += 1;
    if (!piece) this.pieces.push([item]);
    else piece.splice(offset, 0, item);
    if (piece && piece.length > 2 * pieceLength) this.pieces.splice(place + 1, 0, piece.splice(pieceLength));
  }

  remove(index: number): void {
    const { piece, offset, place } = this.find(index);
    this.length -= 1;
    piece?.splice(offset, 1);
    if (piece?.length === 0) this.pieces.splice(place, 1);
  }

  *[Symbol.iterator](): Iterator<Json> {
    for (const piece of this.pieces) yield* piece;
  }

  /** The piece with an item; for the place after the last one, the last piece. */
  private find(index: number): { piece: Json[] | undefined; offset: number; place: number } {
    let offset = index;
    let place = 0;
    let piece = this.pieces[0];
    while (piece && offset >= piece.length && place < this.pieces.length - 1) {
      offset -= piece.length;
      place += 1;
      piece = this.pieces[place];
    }
    return { piece, offset, place };
  }
}

/**
 * Edits the lists of a document: thousands of items put in or taken out take about as long as one pass over
 * the list. A list that has been edited is only as it should be once it is settled.
 */
export class EditedLists {
  private readonly edited = new Map<Json[], Pieces>();

  lengthOf(list: Json[]): number {
    return (this.edited.get(list) ?? list).length;
  }

  get(list: Json[], index: number): Json | undefined {
    const pieces = this.edited.get(list);
    return pieces ? pieces.get(index) : list[index];
  }

  set(list: Json[], index: number, item: Json): void {
    const pieces = this.edited.get(list);
    if (pieces) pieces.set(index, item);
    else list[index] = item;
  }

  insert(list: Json[], index: number, item: Json): void {
    if (index === this.lengthOf(list) && !this.edited.has(list)) list.push(item);
    else if (list.length < shortest && !this.edited.has(list)) list.splice(index, 0, item);
    else this.edit(list).insert(index, item);
  }

  remove(list: Json[], index: number): void {
    if (list.length < shortest && !this.edited.has(list)) list.splice(index, 1);
    else this.edit(list).remove(index);
  }

  /** Makes the lists in a value what they should be. Takes as long as a pass over the value. */
  settle(value: Json | undefined): void {
    if (Array.isArray(value)) {
      this.settleList(value);
      for (const item of value) this.settle(item);
    } else if (isJsonObject(value)) for (const item of Object.values(value)) this.settle(item);
  }

  /** The same for all lists. */
  settleAll(): void {
    for (const list of [...this.edited.keys()]) this.settleList(list);
  }

  private settleList(list: Json[]): void {
    const pieces = this.edited.get(list);
    if (!pieces) return;
    this.edited.delete(list);
    list.length = 0;
    for (const item of pieces) list.push(item);
  }

  private edit(list: Json[]): Pieces {
    let pieces = this.edited.get(list);
    if (!pieces) this.edited.set(list, (pieces = new Pieces(list)));
    return pieces;
  }
}
