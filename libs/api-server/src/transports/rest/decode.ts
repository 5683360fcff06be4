import type { IncomingMessage } from 'node:http';
import { parseDuration, type Kind, type metav1 } from '@skiff/contracts';
import { badRequest, type ApiObject, type ConnectOptions } from '@skiff/apimachinery';
import { decodeObject } from '../../decoding/decode';
import { mediaType } from '../../decoding/media-types';
import { parsePatch, patchKind } from '../../operations/changes';
import type { ListOptions } from '../../operations/list-options';
import { readConnectOptions } from '../../request/connect-options';
import type { Input, ObjectBody, OptionsKind, PatchBody, ReadOptions, WriteOptions } from '../../request/input';
import type { YamlService } from '../../yaml/yaml';
import { readBody } from './body';
import { readDocument } from './document';
import { deleteOptions, listOptions, writeOptions } from './request-options';

/** What a request of REST brings in its query and its body. */
export class RestInput implements Input {
  constructor(
    private readonly request: IncomingMessage,
    private readonly query: URLSearchParams,
    private readonly yaml: YamlService,
  ) {}

  timeout(): number | undefined {
    const text = this.query.get('timeout');
    if (!text) return undefined;
    try {
      return parseDuration(text) / 1e6;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw badRequest(`invalid timeout specified in the request URL - ${why}`);
    }
  }

  resourceVersion(): string | undefined {
    return this.query.get('resourceVersion') ?? undefined;
  }

  listOptions(): ListOptions {
    return listOptions(this.query);
  }

  writeOptions(kind: OptionsKind, applies = false): WriteOptions {
    return writeOptions(this.query, this.request.headers['user-agent'], kind, applies);
  }

  async object(kind: Kind<ApiObject>, options: ReadOptions): Promise<ObjectBody> {
    const { bytes, contentType, duplicates } = await readDocument(this.request, kind.kind, this.yaml);
    return { object: decodeObject(kind, bytes, { contentType, duplicates, ...options }), bytes: bytes.length };
  }

  async patch(of: Kind<ApiObject>): Promise<PatchBody> {
    const kind = patchKind(mediaType(this.request.headers['content-type']), of);
    const body = await readBody(this.request);
    if (kind === 'apply') return { kind, body, bytes: body.length };
    return { kind, patch: () => parsePatch(kind, body), bytes: body.length };
  }

  connectOptions(options: ConnectOptions, path: string): ApiObject {
    return readConnectOptions(options, this.query, path);
  }

  async deleteOptions(options: Pick<ReadOptions, 'scheme' | 'warn'>): Promise<metav1.DeleteOptions> {
    return deleteOptions(this.request, this.query, { ...options, yaml: this.yaml });
  }
}
