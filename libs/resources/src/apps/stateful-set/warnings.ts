import type { appsv1 } from '@skiff/contracts';
import { warningsForClaimSpec } from '../../core/persistent-volume-claim/warnings';
import { asksAnew, warningsForDaemonSet } from '../../core/pod/warnings/template';

export function warningsForStatefulSet(set: appsv1.StatefulSet, old: appsv1.StatefulSet | undefined): string[] {
  const { volumeClaimTemplates, revisionHistoryLimit = 0 } = set.spec ?? {};
  if (!asksAnew(set, old)) return [];
  return [
    ...warningsForDaemonSet(set, old),
    ...(volumeClaimTemplates ?? []).flatMap(({ spec }, index) =>
      warningsForClaimSpec(spec, `spec.volumeClaimTemplates[${index}]`),
    ),
    ...(revisionHistoryLimit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ];
}
