import { hasReason, sameValue, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type flowcontrolv1, type Kind } from '@skiff/contracts';
import { formatTime, type Clock } from '@skiff/platform';
import type { Registry } from '../registry/registry';
import { reconcile, serverWrite, writeStatus } from './ensure';
import { autoUpdate, flowSchemas, mergeFlowControl, priorityLevels } from './objects/flow-control';

type FlowSchema = flowcontrolv1.FlowSchema;
type Condition = flowcontrolv1.FlowSchemaCondition;

/**
 * Makes the objects that have to be there, brings those up to date that nobody took over, and removes those that an
 * older server suggested.
 * Upstream: pkg/registry/flowcontrol/ensurer.
 */
export async function keepFlowControl(registry: Registry, clock: Clock): Promise<void> {
  await Promise.all([
    ...priorityLevels.map((level) => reconcile(registry, Kinds.PriorityLevelConfiguration, level, mergeFlowControl)),
    ...flowSchemas.map((schema) => reconcile(registry, Kinds.FlowSchema, schema, mergeFlowControl)),
    removeOthers(registry, Kinds.PriorityLevelConfiguration, priorityLevels),
    removeOthers(registry, Kinds.FlowSchema, flowSchemas),
  ]);
  const levels = await registry.list(Kinds.PriorityLevelConfiguration);
  const names = new Set(levels.map(({ metadata }) => metadata?.name ?? ''));
  await keepDangling(registry, await registry.list(Kinds.FlowSchema), names, clock);
}

async function removeOthers<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  suggested: readonly ApiObject[],
): Promise<void> {
  const names = new Set(suggested.map(({ metadata }) => metadata?.name));
  for (const { metadata } of await registry.list(kind)) {
    if (metadata?.annotations?.[autoUpdate] !== 'true' || names.has(metadata.name)) continue;
    try {
      const { uid, resourceVersion } = metadata;
      await registry.of(kind).delete('', metadata.name ?? '', { preconditions: { uid, resourceVersion } }, serverWrite);
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }
}

/** Says of each FlowSchema whether the level that it names is there. */
export async function keepDangling(
  registry: Registry,
  schemas: readonly FlowSchema[],
  levels: ReadonlySet<string>,
  clock: Clock,
): Promise<void> {
  const now = formatTime(clock.now());
  for (const schema of schemas) {
    const wanted = danglingOf(schema, levels, now);
    if (isSaid(schema, wanted)) continue;
    try {
      await writeStatus(registry, Kinds.FlowSchema, schema.metadata?.name ?? '', (current) =>
        isSaid(current, wanted) ? current : { ...current, status: { conditions: withCondition(current, wanted) } },
      );
    } catch (error) {
      // It is gone by now, or changed: whoever follows it comes back.
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }
}

const isSaid = ({ status }: FlowSchema, { lastTransitionTime: _, ...wanted }: Condition): boolean =>
  (status?.conditions ?? []).some(({ lastTransitionTime: __, ...said }) => sameValue(said, wanted));

const withCondition = ({ status }: FlowSchema, wanted: Condition): Condition[] => [
  ...(status?.conditions ?? []).filter(({ type }) => type !== wanted.type),
  wanted,
];

/** Upstream: foundToDangling in staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go. */
function danglingOf({ spec }: FlowSchema, levels: ReadonlySet<string>, now: string): Condition {
  const name = spec?.priorityLevelConfiguration?.name ?? '';
  const isThere = levels.has(name);
  const subject = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)}`;
  return {
    type: 'Dangling',
    status: isThere ? 'False' : 'True',
    reason: isThere ? 'Found' : 'NotFound',
    message: isThere ? `${subject} and it exists` : `${subject} but there is no such object`,
    lastTransitionTime: now,
  };
}
