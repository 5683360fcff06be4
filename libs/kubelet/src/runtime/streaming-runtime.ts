export interface ExecSyncResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface StreamOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Commands in containers and connections to pods. */
export interface StreamingRuntime {
  /** Rejects with code `DeadlineExceeded` when the command takes longer; 0 waits for ever. */
  execSync(containerId: string, command: readonly string[], timeoutSeconds: number): Promise<ExecSyncResult>;
  /** Address of a streaming endpoint that speaks SPDY remote command. */
  exec(containerId: string, command: readonly string[], options: StreamOptions): Promise<string>;
  attach(containerId: string, options: StreamOptions): Promise<string>;
  portForward(sandboxId: string, ports: readonly number[]): Promise<string>;
}
