import type { Resource } from '@skiff/apimachinery';
import { createHash } from 'node:crypto';
import { documentNames as openApiDocumentNames, documentOf as openApiDocumentOf } from '../openapi/discovery-paths';
import { mergeOpenApiV2 } from '../openapi/merge-v2';
import { openApiV2, openApiV3 } from '../openapi/openapi';
import { encodeOpenApiV2 } from '../openapi/openapi-v2-protobuf';
import { encodeOpenApiV3 } from '../openapi/openapi-v3-protobuf';
import type { Generation } from '../registry/installed-resources';
import type { AggregatedOpenApi } from './aggregated-apis';

export interface DocumentForms {
  readonly json: Buffer;
  /** Tells versions of the document apart, in either form. */
  readonly etag: string;
  protobuf(): Buffer;
}

/** The documents of groups' versions, by what these serve: they outlive generations in which that did not change. */
export type VersionDocuments = WeakMap<readonly Resource[], DocumentForms>;

/** The OpenAPI documents of one generation, each made when it is first asked for: most clients never ask. */
export class OpenApiDocuments {
  private readonly documents = new Map<string, DocumentForms>();
  /** The names of the documents of version 3: "api/v1", "apis/apps/v1", "version". */
  readonly names: readonly string[];
  /** What is served of a group's version, by the name of its document. */
  private readonly served: ReadonlyMap<string, readonly Resource[]>;

  /** JSON of what other servers serve, by the name of its document. */
  private readonly elsewhere: ReadonlyMap<string, Buffer>;

  constructor(
    private readonly versions: VersionDocuments,
    private readonly generation: Generation,
    private readonly aggregated: readonly AggregatedOpenApi[],
  ) {
    this.elsewhere = new Map(aggregated.flatMap(({ v3 }) => [...v3]));
    this.names = [...new Set([...openApiDocumentNames(generation.definitions), ...this.elsewhere.keys()])];
    const served = [...generation.groupVersions.values()];
    this.served = new Map(served.flatMap((all) => all.slice(0, 1).map(({ kind }) => [openApiDocumentOf(kind), all])));
  }

  version2(): DocumentForms {
    const others = this.aggregated.flatMap(({ v2 }) => v2 ?? []);
    return this.document('', () => mergeOpenApiV2(openApiV2(this.generation.definitions), others), encodeOpenApiV2);
  }

  /** The document of a group's version or of another path; the name has to be one of `names`. */
  version3(name: string): DocumentForms {
    const { definitions } = this.generation;
    const elsewhere = this.elsewhere.get(name);
    if (elsewhere) return this.kept(name, () => formsOfJson(elsewhere));
    const served = this.served.get(name);
    if (!served) return this.document(name, () => openApiV3(definitions, name), encodeOpenApiV3);
    let document = this.versions.get(served);
    if (!document) {
      document = formsOf(openApiV3(served, name), encodeOpenApiV3);
      this.versions.set(served, document);
    }
    return document;
  }

  private document(name: string, make: () => object, encode: (document: object) => Uint8Array): DocumentForms {
    return this.kept(name, () => formsOf(make(), encode));
  }

  private kept(name: string, make: () => DocumentForms): DocumentForms {
    let document = this.documents.get(name);
    if (!document) {
      document = make();
      this.documents.set(name, document);
    }
    return document;
  }
}

function formsOf(document: object, encode: (document: object) => Uint8Array): DocumentForms {
  return withForms(Buffer.from(JSON.stringify(document)), () => encode(document));
}

/** Nobody but who wants another form has to read it. */
const formsOfJson = (json: Buffer): DocumentForms =>
  withForms(json, () => encodeOpenApiV3(JSON.parse(json.toString('utf8')) as object));

function withForms(json: Buffer, encode: () => Uint8Array): DocumentForms {
  const etag = createHash('sha512').update(json).digest('hex').toUpperCase();
  let protobuf: Buffer | undefined;
  return { json, etag, protobuf: () => (protobuf ??= Buffer.from(encode())) };
}
