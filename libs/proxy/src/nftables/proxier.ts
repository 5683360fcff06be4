import type { corev1, discoveryv1 } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import { defaultTable, type RuleOptions } from '../rules/base';
import { TableBuilder } from '../rules/build-table';
import { changesFlows, staleFlows } from '../rules/conntrack';
import { addedEndpoints, type AddedEndpoint } from '../rules/endpoint-changes';
import { explainPacket, type Destination, type Explanation } from '../rules/explain';
import { ServicePortResolver, type ServicePort } from '../rules/service-port';
import { AppliedTable, type ApplyResult } from './applied-table';
import { CommandError, type CommandRunner } from './command';

export interface ProxierOptions {
  /** The node that it serves: endpoints there are local ones. */
  readonly nodeName: string;
  /** Its zone, for endpoints with hints; `setZone` changes it. */
  readonly zone?: string;
  readonly rules?: RuleOptions;
  readonly run: CommandRunner;
  readonly logger: Logger;
}

/** What a sync did. */
export interface SyncResult {
  /** How the table in the kernel was brought up to date. */
  readonly table: ApplyResult;
  /** What traffic reaches now and did not before. */
  readonly added: readonly AddedEndpoint[];
  /** All that is routed. */
  readonly ports: readonly ServicePort[];
}

/** Programs the Services of a cluster into the nftables of the network namespace that it runs in. */
export class Proxier {
  private readonly table: AppliedTable;
  private readonly resolver: ServicePortResolver;
  private readonly builder: TableBuilder;
  /** Those of the last sync; absent before the first. */
  private ports: readonly ServicePort[] | undefined;

  constructor(private readonly options: ProxierOptions) {
    this.table = new AppliedTable(options.run, options.logger);
    this.resolver = new ServicePortResolver({ nodeName: options.nodeName, zone: options.zone });
    this.builder = new TableBuilder(options.rules);
  }

  /** Makes the rules those of these Services. Idempotent; rejects when the kernel refuses, and may be called again. */
  async sync(services: readonly corev1.Service[], slices: readonly discoveryv1.EndpointSlice[]): Promise<SyncResult> {
    const ports = this.resolver.resolve(services, slices);
    const table = await this.table.apply(this.builder.build(ports));
    const before = this.ports ?? [];
    const added = addedEndpoints(before, ports);
    this.ports = ports;
    if (changesFlows(before, ports)) await this.deleteStaleFlows(before, ports);
    return { table, added, ports };
  }

  /** The node's zone; the next sync prefers endpoints that are meant for it. */
  setZone(zone: string | undefined): void {
    this.resolver.setZone(zone);
  }

  /** Has the next sync replace the table when somebody has removed it. */
  verify(): Promise<void> {
    return this.table.verify();
  }

  /** Removes all rules. */
  cleanup(): Promise<void> {
    return this.table.remove(this.options.rules?.table ?? defaultTable);
  }

  /** Why a packet goes where it goes. */
  explain(packet: Destination, isNode: boolean): Explanation | undefined {
    const ports = this.ports ?? [];
    return explainPacket(ports, this.builder.build(ports), packet, isNode);
  }

  /** After the rules: a flow that begins meanwhile is one of theirs. */
  private async deleteStaleFlows(before: readonly ServicePort[], after: readonly ServicePort[]): Promise<void> {
    try {
      const { run } = this.options;
      const [listing, nodeAddresses] = await Promise.all([run('conntrack', ['-L', '-p', 'udp']), this.nodeAddresses()]);
      for (const flow of staleFlows(listing, { before, after, nodeAddresses })) await this.deleteFlow(flow);
    } catch (error) {
      this.options.logger.warn('flows could not be listed', { error });
    }
  }

  private async nodeAddresses(): Promise<ReadonlySet<string>> {
    const listing = await this.options.run('ip', ['-4', '-oneline', 'address', 'show']);
    return new Set([...listing.matchAll(/ inet ([0-9.]+)/g)].map(([, address = '']) => address));
  }

  private async deleteFlow(args: readonly string[]): Promise<void> {
    try {
      await this.options.run('conntrack', args);
    } catch (error) {
      // It fails when there was none.
      if (error instanceof CommandError && error.stderr.includes('0 flow entries')) return;
      this.options.logger.warn('stale flows could not be deleted', { args, error });
    }
  }
}
