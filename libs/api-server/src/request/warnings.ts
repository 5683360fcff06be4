/** Of the texts of all warnings of a request, in characters. */
const mostCharacters = 4_096;
/** Of each text, once all of them would be too long. */
const mostOfOne = 256;

/**
 * The warnings of a request, none of them twice, bounded so that their headers reach the client.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/warning.go
 */
export class Warnings {
  /** Made for the few requests that have any. */
  private known: Set<string> | undefined;
  private shown: string[] = [];
  private characters = 0;
  private truncates = false;

  get texts(): readonly string[] {
    return this.shown;
  }

  readonly add = (text: string): void => {
    if (!fitsHeader(text) || this.known?.has(text) || (this.truncates && this.characters >= mostCharacters)) return;
    this.known ??= new Set();
    this.known.add(text);
    if (this.truncates || this.characters + text.length <= mostCharacters) {
      this.show(text);
      return;
    }
    this.truncates = true;
    this.shown = [];
    this.characters = 0;
    for (const each of this.known) this.show(each);
  };

  private show(text: string): void {
    const shown = this.truncates ? text.slice(0, mostOfOne) : text;
    this.shown.push(shown);
    this.characters += shown.length;
  }
}

/** Whether a header can say it: nothing that steers a terminal. */
function fitsHeader(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return text !== '';
}
