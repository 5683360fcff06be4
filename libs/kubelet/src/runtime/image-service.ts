import type { criv1 } from '@skiff/contracts';

export interface Image {
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly size: number;
  /** Numeric user that the image runs as, if it says. */
  readonly uid?: number | undefined;
  /** Named user that the image runs as, if it says. */
  readonly username: string;
  readonly pinned: boolean;
}

export interface ImageAuth {
  readonly username: string;
  readonly password: string;
  readonly serverAddress: string;
}

export interface ImageService {
  /** Undefined when the image is not there. */
  imageStatus(reference: string): Promise<Image | undefined>;
  /** Resolves with the reference to run from. */
  pullImage(reference: string, auth: ImageAuth | undefined, sandbox: criv1.PodSandboxConfig): Promise<string>;
  listImages(): Promise<Image[]>;
  removeImage(reference: string): Promise<void>;
  /** Where images live and how many bytes they take. */
  imageFileSystem(): Promise<{ readonly mountpoint: string; readonly usedBytes: number } | undefined>;
}
