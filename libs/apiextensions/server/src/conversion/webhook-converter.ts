import { StatusError, type ApiObject, type Json } from '@skiff/apimachinery';
import { apiVersionOf, writeJson, type apiextensionsv1, type Kind } from '@skiff/contracts';
import { randomUuid } from '@skiff/platform';
import type { WebhookClient } from '@skiff/webhook-client';
import type { CustomKind } from '../resource/custom-kind';
import type { Convert } from '../resource/custom-resource';
import { readConverted, reviewOf, reviewVersions } from './review';
import { whyOtherObject, withMetadataOf } from './restore';

/** A webhook may take so long, in milliseconds. */
const timeoutMilliseconds = 30_000;
/** So many objects are asked for at once. */
const mostTogether = 500;

export interface ConverterParts {
  readonly client: WebhookClient;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** An object that waits for its conversion. */
interface Waiting {
  readonly object: ApiObject;
  readonly resolve: (converted: ApiObject) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What converts objects by a webhook. Those that are asked for in one turn go in one review.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go.
 *
 * @param webhook that of the definition.
 * @param kinds by version.
 */
export function webhookConverter(
  { clientConfig, conversionReviewVersions }: apiextensionsv1.WebhookConversion,
  kinds: ReadonlyMap<string, CustomKind>,
  { client, random }: ConverterParts,
): Convert {
  const waiting = new Map<string, Waiting[]>();
  const review = conversionReviewVersions?.find((version) => reviewVersions.includes(version)) ?? 'v1';

  const ask = async (to: Kind, objects: readonly ApiObject[]): Promise<readonly Json[]> => {
    const uid = randomUuid(random);
    const request = { uid, desiredAPIVersion: apiVersionOf(to), objects: objects.map(withoutVersion) };
    const text = await client.post(clientConfig ?? {}, writeJson(reviewOf(review, request)), { timeoutMilliseconds });
    return readConverted(text, review, uid);
  };

  const convertAll = async (to: Kind, all: readonly Waiting[]): Promise<void> => {
    try {
      const answered = await ask(
        to,
        all.map(({ object }) => object),
      );
      for (const [index, one] of all.entries()) settle(one, to, answered, { index, expected: all.length, kinds });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      for (const { object, reject } of all) reject(failed(object, `failed: ${why}`));
    }
  };

  const flush = (to: Kind): void => {
    const all = waiting.get(to.version) ?? [];
    waiting.delete(to.version);
    for (let at = 0; at < all.length; at += mostTogether) void convertAll(to, all.slice(at, at + mostTogether));
  };

  return (object, to) =>
    new Promise((resolve, reject) => {
      const known = waiting.get(to.version);
      if (known) known.push({ object, resolve, reject });
      else {
        waiting.set(to.version, [{ object, resolve, reject }]);
        queueMicrotask(() => flush(to));
      }
    });
}

interface Answered {
  readonly index: number;
  readonly expected: number;
  readonly kinds: ReadonlyMap<string, CustomKind>;
}

function settle(
  { object, resolve, reject }: Waiting,
  to: Kind,
  answered: readonly Json[],
  { index, expected, kinds }: Answered,
): void {
  if (answered.length !== expected)
    return reject(failed(object, `returned ${answered.length} objects, expected ${expected}`));
  const found = (answered[index] ?? {}) as ApiObject;
  const wrong = whyNotAsked(found, to, index) ?? whyInvalid(object, found);
  if (wrong !== undefined) return reject(failed(object, wrong));
  try {
    const converted = withMetadataOf(object, found);
    resolve(kinds.get(to.version)?.converted(converted) ?? converted);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    reject(failed(object, `returned invalid metadata: ${why}`));
  }
}

function whyNotAsked({ apiVersion, kind }: ApiObject, to: Kind, index: number): string | undefined {
  const at = `returned invalid object at index ${index}: invalid`;
  if (apiVersion !== apiVersionOf(to))
    return `${at} groupVersion (expected ${apiVersionOf(to)}, received ${apiVersion})`;
  return kind === to.kind ? undefined : `${at} kind (expected ${to.kind}, received ${kind})`;
}

function whyInvalid(before: ApiObject, after: ApiObject): string | undefined {
  const other = whyOtherObject(before, after);
  return other === undefined ? undefined : `returned invalid object: ${other}`;
}

const failed = ({ apiVersion, kind }: ApiObject, why: string): StatusError =>
  new StatusError(500, '', `conversion webhook for ${apiVersion}, Kind=${kind} ${why}`);

/** The version of what is stored is no business of its conversion. */
function withoutVersion(object: ApiObject): ApiObject {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}
