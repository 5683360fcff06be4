/** A rule of a chain, in the language of nft, without its comment. */
export interface Rule {
  readonly expression: string;
  readonly comment?: string;
}

export interface Chain {
  readonly name: string;
  /** Such as `type nat hook prerouting priority -100;`; absent for a chain that others jump to. */
  readonly hook?: string;
  readonly rules: readonly Rule[];
}

/** What stands in a set or map under a key. */
export interface Element {
  /** Of a map; absent in a set. */
  readonly verdict?: string;
  readonly comment?: string;
}

/** A set or a verdict map. */
export interface Collection {
  readonly kind: 'set' | 'map';
  readonly name: string;
  /** Such as `type ipv4_addr . inet_proto . inet_service : verdict;`. */
  readonly definition: string;
  /** Absent when packets fill it. */
  readonly elements?: ReadonlyMap<string, Element>;
}

/** An nftables table of the family `ip`, as it should be. */
export interface Table {
  readonly name: string;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly collections: ReadonlyMap<string, Collection>;
}
