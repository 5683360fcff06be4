import { criv1, type corev1 } from '@skiff/contracts';
import { aPod } from '../testing/pods';
import { containerSecurity } from './security';

const security = (
  container: corev1.Container,
  spec: corev1.PodSpec = {},
  targetId?: string,
): criv1.LinuxContainerSecurityContext =>
  containerSecurity({
    ...{ pod: aPod(spec), container, image: undefined, restartCount: 0, imageRef: 'i', nodeMemoryBytes: 1 },
    seccompDirectory: '/root-dir/seccomp',
    ...{ environment: new Map(), mounts: [], terminationLog: undefined, targetId },
  });

describe('the security of a container', () => {
  const { RuntimeDefault, Localhost, Unconfined } = criv1.SecurityProfile_ProfileType;

  it('has profiles of its own or of its pod, and none that nobody asked for', () => {
    expect(security({})).toMatchObject({ apparmor: undefined, selinuxOptions: undefined });
    const pod: corev1.PodSpec = {
      securityContext: {
        appArmorProfile: { type: 'RuntimeDefault' },
        seccompProfile: { type: 'RuntimeDefault' },
        seLinuxOptions: { level: 's0:c1,c2' },
      },
    };
    expect(security({}, pod)).toMatchObject({
      apparmor: { profileType: RuntimeDefault },
      seccomp: { profileType: RuntimeDefault },
      selinuxOptions: { user: '', role: '', type: '', level: 's0:c1,c2' },
    });
    const own: corev1.SecurityContext = {
      appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' },
      seccompProfile: { type: 'Unconfined' },
      seLinuxOptions: { type: 't' },
    };
    expect(security({ securityContext: own }, pod)).toMatchObject({
      apparmor: { profileType: Localhost, localhostRef: 'mine' },
      seccomp: { profileType: Unconfined },
      selinuxOptions: { type: 't', level: '' },
    });
  });

  it('has a seccomp profile of the node, from its folder', () => {
    const of = (seccompProfile: corev1.SeccompProfile): unknown => security({ securityContext: { seccompProfile } });
    expect(of({ type: 'Localhost', localhostProfile: 'profiles/allow.json' })).toMatchObject({
      seccomp: { profileType: Localhost, localhostRef: '/root-dir/seccomp/profiles/allow.json' },
    });
    expect(() => of({ type: 'Localhost' })).toThrow(
      'localhostProfile must be set if seccompProfile type is Localhost.',
    );
  });

  it('sees the processes of the container that it is made to look at', () => {
    const { TARGET, POD } = criv1.NamespaceMode;
    expect(security({}, { shareProcessNamespace: true }).namespaceOptions?.pid).toBe(POD);
    expect(security({}, {}, 'id').namespaceOptions).toMatchObject({ pid: TARGET, targetId: 'id' });
  });
});
