import type { IncomingMessage } from 'node:http';
import type { DuplicateKeys } from '../../decoding/decode';
import { mediaType } from '../../decoding/media-types';
import { unreadable } from '../../decoding/unrecognized';
import type { YamlService } from '../../yaml/yaml';
import { contentTypes } from './accept';
import { readBody } from './body';

/** A body as it is decoded: YAML has become JSON. */
export interface BodyDocument {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Of YAML, the keys that a map had twice. */
  readonly duplicates?: DuplicateKeys;
}

/**
 * Reads a request's body. Throws BadRequest for one that should be YAML and is none.
 * @param kind what it should be, for the words of the error.
 */
export async function readDocument(request: IncomingMessage, kind: string, yaml: YamlService): Promise<BodyDocument> {
  const body = await readBody(request);
  const contentType = request.headers['content-type'] ?? '';
  if (mediaType(contentType) !== contentTypes.yaml) return { bytes: body, contentType };
  try {
    const { json, duplicates } = await yaml.read(body.toString('utf8'));
    return { bytes: Buffer.from(json), contentType: contentTypes.json, duplicates };
  } catch (error) {
    throw unreadable(kind, error, body);
  }
}
