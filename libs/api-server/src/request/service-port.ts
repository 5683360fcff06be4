import type { Duplex } from 'node:stream';

/** A port of a Service. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Connects to one of those behind a port of a Service. Rejects with why nobody is reached. */
export type ConnectService = (service: ServicePort) => Promise<Duplex>;
