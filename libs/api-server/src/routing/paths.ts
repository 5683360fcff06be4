import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendRawJson, sendText } from '../transports/rest/answers';

/** A request for something that is no resource. */
export interface PathRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a request for what is at a path. */
export type PathHandler = (request: PathRequest) => void | Promise<void>;

/** What is at a path, or, with `below`, at all that begin with it and a slash. */
export interface PathEntry {
  readonly path: string;
  readonly handler: PathHandler;
  /** Whether the handler answers for what is below the path as well. */
  readonly below?: boolean;
  /** Whether a slash at the end makes no difference, as for upstream's web services. */
  readonly slash?: boolean;
  /** Whether `/` does not tell of it. */
  readonly isUnlisted?: boolean;
}

export const pageNotFound: PathHandler = ({ response }) => sendText(response, 404, '404 page not found\n');

/**
 * What is served beside resources.
 * Upstream: staging/src/k8s.io/apiserver/pkg/server/mux/pathrecorder.go.
 */
export class PathTable {
  private readonly exact = new Map<string, PathHandler>();
  private readonly prefixes: readonly PathEntry[];

  /** @param groups the paths of the groups of resources that are served, as they are now. */
  constructor(
    private readonly entries: readonly PathEntry[],
    private readonly groups: () => readonly string[],
  ) {
    for (const { path, handler, slash } of entries) {
      this.exact.set(path, handler);
      if (slash) this.exact.set(`${path}/`, handler);
    }
    this.exact.set('/', ({ response }) => sendRawJson(response, 200, { paths: this.listed() }));
    this.prefixes = entries.filter(({ below }) => below).sort((a, b) => b.path.length - a.path.length);
  }

  /** Who answers for a path; where nobody does, who says so. */
  find(path: string): PathHandler {
    const found = this.exact.get(path) ?? this.prefixes.find((entry) => path.startsWith(`${entry.path}/`))?.handler;
    return found ?? pageNotFound;
  }

  /** What `/` tells. */
  private listed(): string[] {
    return [
      ...new Set([...this.entries.flatMap(({ path, isUnlisted }) => (isUnlisted ? [] : path)), ...this.groups()]),
    ].sort();
  }
}
