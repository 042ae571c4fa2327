package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The file with the signatures of another file, which has the same name with {@code .sig} behind
 * it.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param signatures at least one
 */
@JsonPropertyOrder({"format", "version", "signatures"})
record SignatureFile(String format, int version, List<Signature> signatures) {

  private static final String FORMAT = "nightjar-signature";
  private static final int VERSION = 1;

  /** An owner has few identities. */
  private static final int MOST_SIGNATURES = 16;

  /** The most bytes that one may take. */
  static final int MOST_BYTES = 1 << 13;

  /**
   * A signature.
   *
   * @param by whose it is
   * @param signature its 64 bytes in Base64
   */
  @JsonPropertyOrder({"by", "signature"})
  record Signature(Identity by, String signature) {

    boolean isOf(byte[] message) {
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(signature);
      } catch (IllegalArgumentException e) { // no Base64
        return false;
      }
      return Base64.getEncoder().encodeToString(bytes).equals(signature) // there are other ways
          && by.hasSigned(message, bytes);
    }
  }

  SignatureFile {
    signatures = List.copyOf(signatures);
    if (!FORMAT.equals(format) || version != VERSION || signatures.size() > MOST_SIGNATURES) {
      throw new ExchangeException("not signatures that this version knows");
    }
  }

  /** Returns the signatures of a message. */
  static SignatureFile of(List<IdentitySecret> signers, byte[] message) {
    return new SignatureFile(
        FORMAT,
        VERSION,
        signers.stream()
            .map(
                signer ->
                    new Signature(
                        signer.identity(),
                        Base64.getEncoder().encodeToString(signer.sign(message))))
            .toList());
  }

  /** Returns these signatures and after them others that were there, as many as there may be. */
  SignatureFile before(SignatureFile others) {
    return new SignatureFile(
        FORMAT,
        VERSION,
        Stream.concat(signatures.stream(), others.signatures.stream())
            .distinct()
            .limit(MOST_SIGNATURES)
            .toList());
  }

  /** Returns one valid signature of a message for each who has signed it, and no others. */
  SignatureFile validOf(byte[] message) {
    Set<Identity> seen = new HashSet<>();
    return new SignatureFile(
        FORMAT,
        VERSION,
        signatures.stream()
            .filter(signature -> signature.isOf(message) && seen.add(signature.by()))
            .toList());
  }

  /** Returns whose signatures these are. */
  List<Identity> signers() {
    return signatures.stream().map(Signature::by).toList();
  }
}
