import type { VersionPriority } from '@skiff/apimachinery';
import type { apidiscoveryv2 } from '@skiff/contracts';

/** A version of a group that has a place in the order of discovery. */
export interface AggregatedVersion extends VersionPriority {
  /** What is known of it where another server serves it; absent for what this server serves itself. */
  readonly elsewhere?: apidiscoveryv2.APIVersionDiscovery;
}

/** The OpenAPI documents of another server, as far as they are about what it serves here. */
export interface AggregatedOpenApi {
  /** Its document of version 2; absent where it has none. */
  readonly v2?: OpenApiV2;
  /** JSON of its documents of version 3, by their names, such as "apis/metrics.k8s.io/v1beta1". */
  readonly v3: ReadonlyMap<string, Buffer>;
}

export interface OpenApiV2 {
  readonly paths: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}

/** What discovery tells beside the resources of this server. It never changes itself: each change is another value. */
export interface AggregatedApis {
  readonly versions: readonly AggregatedVersion[];
  readonly openApi: readonly AggregatedOpenApi[];
}

/** Whose aggregated APIs discovery tells of. */
export interface Aggregated {
  readonly apis: AggregatedApis;
}

const nothing: AggregatedApis = { versions: [], openApi: [] };

/** For a server of which no other is a part. */
export const noAggregation: Aggregated = { apis: nothing };
