import type { corev1 } from '@skiff/contracts';
import type { ObjectLookup } from '../pod-model/env';
import type { FieldContext } from '../pod-model/fields';

export interface ServiceAccountToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Hands out tokens by which a pod speaks to the API server. */
export interface TokenSource {
  token(pod: corev1.Pod, audience: string, expirationSeconds: number): Promise<ServiceAccountToken>;
}

/** The pod that a volume is for, and what the files of a volume may show of the API. */
export interface VolumeContext extends FieldContext {
  readonly objects: ObjectLookup;
  readonly tokens: TokenSource;
}

/** A volume that containers can be given. */
export interface MountedVolume {
  readonly hostPath: string;
  /** Whether no container may write to it, whatever its mount says. */
  readonly readOnly: boolean;
}

/** What a volume needs and the cluster does not have; it is tried again. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

/** One sort of volume. Upstream: pkg/volume/plugins.go */
export interface VolumePlugin {
  /** Upstream's name of it, such as `kubernetes.io/empty-dir`. */
  readonly name: string;
  supports(volume: corev1.Volume): boolean;
  /**
   * Makes a volume ready for the containers of a pod. Doing so again is harmless, as after a restart of the kubelet.
   * Throws a VolumeError.
   */
  setUp(volume: corev1.Volume, context: VolumeContext): Promise<MountedVolume>;
  /** Removes all that it has of a pod on this node, of which nothing is mounted any more. */
  tearDown(podUid: string): Promise<void>;
  /** Brings a volume that is set up in line with what it shows of the API; absent where it shows nothing of it. */
  refresh?(volume: corev1.Volume, context: VolumeContext): Promise<void>;
}
