import type { Localized, Refusal } from '@satu-atap/domain';
import type { BundleFinding } from './bundle-finding.ts';
import type { BundleManifest } from './bundle-format.ts';
import type { ZipReader } from './zip-reader.ts';

/** What checking a bundle came to. */
export type BundleReport = {
  /** Whether everything holds: nothing below was found. */
  sound: boolean;
  findings: BundleFinding[];
  /** What the bundle says of itself; absent when it cannot be read. */
  manifest?: BundleManifest;
  /** Who has signed the checkpoint; absent when nobody who is trusted has. */
  signedBy?: string;
  /** How much was looked at. */
  checked: { files: number; events: number; documents: number };
  /** Steps that could not be judged again, as their personal data were erased. */
  unchecked: number;
};

/** A bundle that is being checked. */
export type Checking = {
  zip: ZipReader;
  manifest: BundleManifest;
  report: BundleReport;
  /** What the rules say to a step that they do not allow. */
  refusalInWords: (refusal: Refusal) => Localized;
};
