package io.nightjar.clear;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.ParameterDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The parameters of the toy.
 *
 * @param offset what is added to every integer, as if that hid it
 */
record ClearParameters(int offset) implements EncryptionParameters {

  @Override
  public ParameterDigest digest() {
    try {
      byte[] text = ("clear " + offset).getBytes(StandardCharsets.US_ASCII);
      return ParameterDigest.of(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
