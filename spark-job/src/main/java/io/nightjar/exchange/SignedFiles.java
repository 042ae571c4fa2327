package io.nightjar.exchange;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The small files of an exchange by which the owners tell each other something. Each is signed, and
 * the signature is there before the file; a file without a valid one counts as absent.
 *
 * <p>What is signed is the name of the file in the exchange, with the job's in it, and the SHA-256
 * of its content. So a signature says nothing of another job, wave, round or direction, nor of a
 * file of another kind.
 */
final class SignedFiles {

  private static final String LABEL = "nightjar-exchange-1\n%s\n%s\n";
  private static final String SUFFIX = ".sig";

  /** How often what others write at the same time is looked at again. */
  private static final int MOST_TRIES = 10;

  private final FileSystem files;
  private final Path root;
  private final String prefix;

  /** A file that somebody has signed. */
  static final class Signed {
    private final byte[] content;
    private final List<Identity> signers;
    private final SignatureFile signatures;

    private Signed(byte[] content, List<Identity> signers, SignatureFile signatures) {
      this.content = content;
      this.signers = signers;
      this.signatures = signatures;
    }

    byte[] content() {
      return content;
    }

    /** Returns whose signatures are valid, at least one, in the order of the signatures. */
    List<Identity> signers() {
      return signers;
    }

    /** Returns the valid signatures themselves. */
    SignatureFile signatures() {
      return signatures;
    }

    boolean isOf(Identity identity) {
      return signers.contains(identity);
    }
  }

  /**
   * Creates the files of a directory.
   *
   * @param prefix what the names of the files begin with when they are signed
   */
  SignedFiles(FileSystem files, Path root, String prefix) {
    this.files = files;
    this.root = root;
    this.prefix = prefix;
  }

  private byte[] message(Path path, byte[] content) {
    return message(prefix + root.toUri().relativize(path.toUri()).getPath(), content);
  }

  /** Returns what is signed of a file with this name in the exchange. */
  static byte[] message(String name, byte[] content) {
    return LABEL.formatted(name, Digests.of(content)).getBytes(StandardCharsets.UTF_8);
  }

  /** Writes a file behind its signatures, in the place of an earlier one. */
  void write(Path path, byte[] content, List<IdentitySecret> signers) throws IOException {
    SignatureFile signatures = SignatureFile.of(signers, message(path, content));
    HadoopFiles.writeAnew(files, path.suffix(SUFFIX), ExchangeJson.write(signatures));
    HadoopFiles.writeAnew(files, path, content);
  }

  /**
   * Writes a file behind its signature, unless there is one of the same signer, which stays.
   * Anything else that is there is nobody's word and is replaced.
   *
   * @return whether it was written
   */
  boolean create(Path path, byte[] content, IdentitySecret signer, int mostBytes)
      throws IOException {
    if (StoreKind.of(files, path) == StoreKind.OBJECTS) {
      return createObject(path, content, signer, mostBytes);
    }
    if (isOf(path, mostBytes, signer)) {
      return false;
    }
    write(path, content, List.of(signer));
    return true;
  }

  /**
   * Writes a file of which two processes of the signer may write one each at the same time. Each
   * keeps the other's signature, writes only in the place of what it has seen there, and looks
   * again when that has changed; so one of the two files stays, and both hear which.
   */
  private boolean createObject(Path path, byte[] content, IdentitySecret signer, int mostBytes)
      throws IOException {
    SignatureFile own = SignatureFile.of(List.of(signer), message(path, content));
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      if (isOf(path, mostBytes, signer)) {
        return false;
      }
      if (sign(path, own)) {
        Optional<byte[]> there = content(path, mostBytes);
        if (there.isPresent() && isOf(path, mostBytes, signer)) {
          return false;
        }
        if (HadoopFiles.replace(files, path, there, content)) {
          return true;
        }
      }
    }
    throw new ExchangeException("%s is changed by others again and again".formatted(path));
  }

  private boolean isOf(Path path, int mostBytes, IdentitySecret signer) throws IOException {
    return read(path, mostBytes, List.of(signer.identity())).isPresent();
  }

  /**
   * Adds signatures to those of a file, and returns false if others have changed them meanwhile.
   */
  private boolean sign(Path path, SignatureFile own) throws IOException {
    Path signatures = path.suffix(SUFFIX);
    Optional<byte[]> there = content(signatures, SignatureFile.MOST_BYTES);
    SignatureFile all = there.flatMap(SignedFiles::signatures).map(own::before).orElse(own);
    return HadoopFiles.replace(files, signatures, there, ExchangeJson.write(all));
  }

  private static Optional<SignatureFile> signatures(byte[] json) {
    try {
      return Optional.of(ExchangeJson.read(json, SignatureFile.class));
    } catch (ExchangeException e) { // anybody may have written it
      return Optional.empty();
    }
  }

  /**
   * Reads a file with at least one valid signature.
   *
   * @throws ExchangeException if it is not a small file inside the exchange
   */
  Optional<Signed> read(Path path, int mostBytes) throws IOException {
    Optional<byte[]> content = content(path, mostBytes);
    Optional<byte[]> json =
        content.isPresent()
            ? content(path.suffix(SUFFIX), SignatureFile.MOST_BYTES)
            : Optional.empty();
    return json.flatMap(SignedFiles::signatures)
        .map(signatures -> signatures.validOf(message(path, content.get())))
        .filter(valid -> !valid.signers().isEmpty())
        .map(valid -> new Signed(content.get(), valid.signers(), valid));
  }

  /** Reads a file that one of these identities has signed. */
  Optional<byte[]> read(Path path, int mostBytes, Collection<Identity> by) throws IOException {
    return read(path, mostBytes)
        .filter(signed -> by.stream().anyMatch(signed::isOf))
        .map(Signed::content);
  }

  private Optional<byte[]> content(Path path, int mostBytes) throws IOException {
    LocalPaths.requireInside(files, root, path);
    return HadoopFiles.read(files, path, mostBytes);
  }

  /** Removes a file and its signatures. */
  void delete(Path path) throws IOException {
    files.delete(path, false);
    files.delete(path.suffix(SUFFIX), false);
  }
}
