package io.nightjar.crypto;

/** What two parties have to agree on about encryption before there is a key. */
public sealed interface EncryptionParameters permits HeParameters, PaillierParameters {

  /** Returns the digest that names these parameters. */
  ParameterDigest digest();
}
