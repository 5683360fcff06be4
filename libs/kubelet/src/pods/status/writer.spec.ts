import { applyStrategicMergePatch, messageSchema } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { statusPatch } from './writer';

/** What becomes of a stored status by the patch from what was written last to what is so now. */
function patched(old: corev1.PodStatus, now: corev1.PodStatus): unknown {
  const stored = JSON.parse(JSON.stringify({ metadata: { uid: 'u' }, status: old })) as { status: object };
  const patch = JSON.parse(JSON.stringify(statusPatch('u', old, now))) as Record<string, never>;
  return (
    applyStrategicMergePatch(stored as never, patch, messageSchema(Kinds.Pod.message)) as unknown as { status: unknown }
  ).status;
}

describe('the patch of a status', () => {
  it('leaves no address that the pod or its node had before', () => {
    const at = (host: string, ip: string): corev1.PodStatus => ({
      hostIP: host,
      hostIPs: [{ ip: host }],
      podIP: ip,
      podIPs: [{ ip }],
    });
    expect(patched(at('172.20.0.8', '10.244.0.5'), at('172.20.0.9', '10.244.0.6'))).toEqual(
      at('172.20.0.9', '10.244.0.6'),
    );
  });

  it('keeps an address that stays, and a second one that is of another family', () => {
    const old = { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.1' }] };
    const now = { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] };
    expect(patched(old, now)).toEqual(now);
    expect(patched(now, old)).toEqual(old);
  });

  it('takes away what is no longer said', () => {
    expect(patched({ phase: 'Failed', reason: 'Evicted', message: 'm' }, { phase: 'Running' })).toEqual({
      phase: 'Running',
    });
  });
});
