import type { Readable } from 'node:stream';
import type { metav1 } from '@skiff/contracts';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** What the user wants joined to a command: the query of exec and attach. */
export interface StreamSelection {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** The user's end of an exec or attach, whichever protocol carries it. */
export interface UserEnd {
  /** Ends when the user sends no more, or is gone; absent when none was asked for. */
  readonly stdin: Readable | undefined;
  onResize(listener: (size: TerminalSize) => void): void;
  /** Aborts when the user is gone. */
  readonly signal: AbortSignal;
  /** Resolves when the user can take more. */
  write(channel: 'stdout' | 'stderr', data: Uint8Array): Promise<void>;
  /** Tells how it ended, and closes. */
  finish(status: metav1.Status): Promise<void>;
}

/** A terminal's new size as clients send it; undefined when it is none. */
export function parseResize(text: string): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: number; Height?: number };
    return typeof Width === 'number' && typeof Height === 'number' ? { width: Width, height: Height } : undefined;
  } catch {
    return undefined;
  }
}
