import type { corev1 } from '@skiff/contracts';
import { syncAppArmor } from './app-armor';

const key = (name: string): string => `container.apparmor.security.beta.kubernetes.io/${name}`;

function synced(pod: corev1.Pod): { pod: corev1.Pod; warnings: string[] } {
  const warnings: string[] = [];
  syncAppArmor(pod, (text) => warnings.push(text));
  return { pod, warnings };
}

describe('AppArmor profiles of a new pod', () => {
  it('stand in fields too when there are only annotations, with a warning', () => {
    const annotations = { [key('a')]: 'localhost/x', [key('b')]: 'odd' };
    const { pod, warnings } = synced({
      metadata: { annotations },
      spec: { containers: [{ name: 'a' }, { name: 'b' }] },
    });
    expect(pod.spec?.containers?.map(({ securityContext }) => securityContext?.appArmorProfile)).toEqual([
      { type: 'Localhost', localhostProfile: 'x' },
      undefined,
    ]);
    expect(warnings).toEqual([
      `metadata.annotations[${key('a')}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
      `metadata.annotations[${key('b')}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
    ]);
  });

  it('stand in annotations too when there are only fields, the own before that of the pod', () => {
    const securityContext = { appArmorProfile: { type: 'RuntimeDefault' } };
    const own = { name: 'a', securityContext: { appArmorProfile: { type: 'Unconfined' } } };
    const { pod, warnings } = synced({ spec: { securityContext, containers: [own, { name: 'b' }] } });
    expect(pod.metadata?.annotations).toEqual({ [key('a')]: 'unconfined', [key('b')]: 'runtime/default' });
    expect(warnings).toEqual([]);
  });

  it('need no field of their own when they are those of the pod', () => {
    const securityContext = { appArmorProfile: { type: 'RuntimeDefault' } };
    const annotations = { [key('a')]: 'runtime/default' };
    const { pod, warnings } = synced({
      metadata: { annotations },
      spec: { securityContext, containers: [{ name: 'a' }] },
    });
    expect([pod.spec?.containers?.[0], warnings]).toEqual([{ name: 'a' }, []]);
  });
});
