package io.nightjar.crypto;

/** What two parties have to agree on about encryption before there is a key. */
public interface EncryptionParameters {

  /** Returns the digest that names these parameters. */
  ParameterDigest digest();
}
