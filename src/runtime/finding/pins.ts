/** One wheel, identified by its hash. Name, version and platform are read from the file's name. */
export interface WheelPin {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Bytes of the members that are unpacked from it. */
  readonly unpackedBytes: number;
}

/** `cpu` runs anywhere; `gpu` includes CUDA 12 and cuDNN 9 and needs an NVIDIA driver. */
export type Flavour = 'cpu' | 'gpu';

/** The TensorFlow that every wheel below belongs to. */
export const TENSORFLOW_VERSION = '2.21.0';

/** Oldest NVIDIA driver that runs CUDA 12 libraries (minor version compatibility). */
export const OLDEST_DRIVER = '525.60.13';

/** Wheels by `<process.arch>-<flavour>`; TensorFlow's own comes first. The Python version in a name means nothing here. */
const PINS: Readonly<Record<string, readonly WheelPin[]>> = {
  'x64-cpu': [
    {
      file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      bytes: 273_829_956,
      unpackedBytes: 853_868_899,
    },
  ],
  'arm64-cpu': [
    {
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      bytes: 281_828_020,
      unpackedBytes: 883_622_171,
    },
  ],
  // The CUDA wheels that `tensorflow[and-cuda]` names, each the newest that its range allows: they know the newest GPUs.
  'x64-gpu': [
    {
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      bytes: 572_440_367,
      unpackedBytes: 1_259_581_043,
    },
    {
      file: 'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
      sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      bytes: 581_217_458,
      unpackedBytes: 855_064_416,
    },
    {
      file: 'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl',
      sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      bytes: 10_814_997,
      unpackedBytes: 43_365_768,
    },
    {
      file: 'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
      bytes: 40_546_229,
      unpackedBytes: 35_417_224,
    },
    {
      file: 'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      bytes: 89_568_129,
      unpackedBytes: 227_340_992,
    },
    {
      file: 'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      bytes: 3_493_179,
      unpackedBytes: 741_088,
    },
    {
      file: 'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
      sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      bytes: 716_538_495,
      unpackedBytes: 1_162_393_472,
    },
    {
      file: 'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      bytes: 200_877_592,
      unpackedBytes: 293_609_416,
    },
    {
      file: 'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl',
      sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
      bytes: 68_295_626,
      unpackedBytes: 166_965_432,
    },
    {
      file: 'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
      sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      bytes: 338_117_415,
      unpackedBytes: 494_975_064,
    },
    {
      file: 'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      bytes: 366_465_088,
      unpackedBytes: 486_556_368,
    },
    {
      file: 'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl',
      sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
      bytes: 351_526_311,
      unpackedBytes: 473_614_536,
    },
    {
      file: 'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      bytes: 39_748_338,
      unpackedBytes: 95_935_344,
    },
  ],
};

/** The wheels of a flavour for this machine's architecture; an empty list if there are none. */
export const pinsOf = (flavour: Flavour): readonly WheelPin[] => PINS[`${process.arch}-${flavour}`] ?? [];

/** Every pinned wheel of every architecture, with its flavour. */
export function* allPins(): Generator<{ readonly arch: string; readonly flavour: Flavour; readonly pin: WheelPin }> {
  for (const [key, pins] of Object.entries(PINS)) {
    const [arch, flavour] = key.split('-') as [string, Flavour];
    for (const pin of pins) yield { arch, flavour, pin };
  }
}

/** Name, version and platforms in the file name of a wheel, such as `tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`. */
export function parseWheelName(file: string): {
  readonly name: string;
  readonly version: string;
  readonly platforms: readonly string[];
} {
  const [name, version, , , platforms] = file.replace(/\.whl$/, '').split('-');
  return { name: name!, version: version!, platforms: platforms!.split('.') };
}
