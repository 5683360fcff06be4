import type { corev1 } from '@skiff/contracts';
import { procMountViolation } from './baseline';
import { hasUserNamespace, isWindows, namesWhere, type Check } from './check';
import { containersNamed, plural, quoted, setters, sortedUnique } from './message-parts';

const allowPrivilegeEscalation: Check = {
  id: 'allowPrivilegeEscalation',
  since: 8,
  run(subject) {
    if (isWindows(subject)) return undefined;
    const names = namesWhere(subject, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
    if (names.length === 0) return undefined;
    return {
      reason: 'allowPrivilegeEscalation != false',
      detail: `${containersNamed(names)} must set securityContext.allowPrivilegeEscalation=false`,
    };
  },
};

const capabilities: Check = {
  id: 'capabilities_restricted',
  since: 22,
  run(subject) {
    if (isWindows(subject)) return undefined;
    const added = ({ securityContext }: corev1.Container): string[] =>
      (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
    const keeping = namesWhere(subject, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
    const adding = namesWhere(subject, (container) => added(container).length > 0);
    const all = sortedUnique(subject.containers.flatMap(added));
    const details = [
      ...(keeping.length > 0 ? [`${containersNamed(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(adding.length > 0
        ? [`${containersNamed(adding)} must not include ${quoted(all)} in securityContext.capabilities.add`]
        : []),
    ];
    return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
  },
};

const freeVolumes: readonly (keyof corev1.Volume)[] = [
  ...(['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral'] as const),
  ...(['image', 'persistentVolumeClaim', 'projected', 'secret'] as const),
];

const restrictedVolumes: Check = {
  id: 'restrictedVolumes',
  since: 0,
  run({ spec }) {
    const bad = (spec.volumes ?? []).filter((volume) => !freeVolumes.some((type) => volume[type]));
    if (bad.length === 0) return undefined;
    const typeOf = (volume: corev1.Volume): string =>
      Object.keys(volume).find((key) => key !== 'name' && volume[key as keyof corev1.Volume]) ?? 'unknown';
    const types = sortedUnique(bad.map(typeOf));
    const names = quoted(bad.map(({ name = '' }) => name));
    const what = plural(types.length, 'restricted volume type', 'restricted volume types');
    return {
      reason: 'restricted volume types',
      detail: `${plural(bad.length, 'volume', 'volumes')} ${names} ${plural(bad.length, 'uses', 'use')} ${what} ${quoted(types)}`,
    };
  },
};

/** Unlike the baseline's, also in a user namespace. */
const procMount: Check = { id: 'procMount_restricted', since: 35, run: procMountViolation };

const runAsNonRoot: Check = {
  id: 'runAsNonRoot',
  since: 0,
  run(subject) {
    if (hasUserNamespace(subject)) return undefined;
    const reason = 'runAsNonRoot != true';
    const own = subject.spec.securityContext?.runAsNonRoot;
    const explicit = namesWhere(subject, ({ securityContext }) => securityContext?.runAsNonRoot === false);
    if (own === false || explicit.length > 0)
      return { reason, detail: `${setters(own === false, explicit)} must not set securityContext.runAsNonRoot=false` };
    const silent = namesWhere(subject, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
    if (own || silent.length === 0) return undefined;
    return { reason, detail: `pod or ${containersNamed(silent)} must set securityContext.runAsNonRoot=true` };
  },
};

const runAsUser: Check = {
  id: 'runAsUser',
  since: 23,
  run(subject) {
    if (hasUserNamespace(subject)) return undefined;
    const own = subject.spec.securityContext?.runAsUser === 0;
    const names = namesWhere(subject, ({ securityContext }) => securityContext?.runAsUser === 0);
    if (!own && names.length === 0) return undefined;
    return { reason: 'runAsUser=0', detail: `${setters(own, names)} must not set runAsUser=0` };
  },
};

const goodSeccomp = (type: string | undefined): boolean => type === 'RuntimeDefault' || type === 'Localhost';

const seccompProfile: Check = {
  id: 'seccompProfile_restricted',
  since: 19,
  run(subject) {
    if (isWindows(subject)) return undefined;
    const reason = 'seccompProfile';
    const own = subject.spec.securityContext?.seccompProfile;
    const profileOf = ({ securityContext }: corev1.Container) => securityContext?.seccompProfile;
    const ownBad = own !== undefined && !goodSeccomp(own.type);
    const explicit = subject.containers.filter((container) => {
      const profile = profileOf(container);
      return profile !== undefined && !goodSeccomp(profile.type);
    });
    if (ownBad || explicit.length > 0) {
      const values = sortedUnique([
        ...(ownBad ? [own.type ?? ''] : []),
        ...explicit.map((one) => profileOf(one)?.type ?? ''),
      ]);
      const who = setters(
        ownBad,
        explicit.map(({ name = '' }) => name),
      );
      return { reason, detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}` };
    }
    const silent = namesWhere(subject, (container) => profileOf(container) === undefined);
    if (own || silent.length === 0) return undefined;
    return {
      reason,
      detail: `pod or ${containersNamed(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    };
  },
};

/** What the restricted standard forbids besides, in upstream's order. */
export const restrictedChecks: readonly Check[] = [
  allowPrivilegeEscalation,
  capabilities,
  procMount,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfile,
];

/** Checks of the baseline that stricter ones take the place of, from the version that has those. */
export const replacedChecks: ReadonlyMap<string, number> = new Map([
  ['capabilities_baseline', capabilities.since],
  ['procMount', procMount.since],
  ['hostPathVolumes', restrictedVolumes.since],
  ['seccompProfile_baseline', seccompProfile.since],
]);
