import { criv1 } from '@skiff/contracts';
import type { CriCalls } from './cri-calls';
import { imageFrom } from './cri-mapping';
import type { Image, ImageAuth, ImageService } from './types';

/** The image service of a real runtime. */
export class CriImages implements ImageService {
  constructor(
    private readonly service: InstanceType<typeof criv1.ImageServiceClient>,
    private readonly calls: CriCalls,
  ) {}

  async imageStatus(reference: string): Promise<Image | undefined> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const answer = await this.calls.call<criv1.ImageStatusResponse>('image_status', (done) =>
      this.service.imageStatus({ image, verbose: false }, done),
    );
    return answer.image === undefined ? undefined : imageFrom(answer.image);
  }

  async pullImage(
    reference: string,
    auth: ImageAuth | undefined,
    sandboxConfig: criv1.PodSandboxConfig,
  ): Promise<string> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    const credential = auth === undefined ? undefined : criv1.AuthConfig.fromPartial({ ...auth });
    const answer = await this.calls.call<criv1.PullImageResponse>('pull_image', (done) =>
      this.service.pullImage({ image, auth: credential, sandboxConfig }, done),
    );
    return answer.imageRef;
  }

  async listImages(): Promise<Image[]> {
    const answer = await this.calls.call<criv1.ListImagesResponse>('list_images', (done) =>
      this.service.listImages({ filter: undefined }, done),
    );
    return answer.images.map(imageFrom);
  }

  async removeImage(reference: string): Promise<void> {
    const image = criv1.ImageSpec.fromPartial({ image: reference });
    await this.calls.call('remove_image', (done) => this.service.removeImage({ image }, done));
  }

  async imageFileSystem(): Promise<{ mountpoint: string; usedBytes: number } | undefined> {
    const answer = await this.calls.call<criv1.ImageFsInfoResponse>('image_fs_info', (done) =>
      this.service.imageFsInfo({}, done),
    );
    const first = answer.imageFilesystems[0];
    if (first === undefined) return undefined;
    return { mountpoint: first.fsId?.mountpoint ?? '', usedBytes: Number(first.usedBytes?.value ?? 0n) };
  }
}
