package io.nightjar.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.identity.CheapIdentities;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.IdentitySecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Identities of owners, and signatures as this page of the tests knows them, not as the program
 * makes them. Identities of one name are the same for all tests of a process.
 */
public final class TestIdentities {

  /** The name of the model owner of all tests. */
  public static final String MODEL_OWNER = "model-owner";

  private static final Map<String, IdentitySecret> DRAWN = new ConcurrentHashMap<>();

  private TestIdentities() {}

  /** Returns the secret of a name. */
  public static IdentitySecret of(String name) {
    return DRAWN.computeIfAbsent(name, unused -> IdentitySecret.draw());
  }

  /** Returns the model owner. */
  public static IdentitySecret modelOwner() {
    return of(MODEL_OWNER);
  }

  /** Writes the identity of a name into a directory. */
  static void write(Path directory, String name, String passphrase) throws IOException {
    CheapIdentities.write(directory, of(name), passphrase);
  }

  /** Returns the identity in use in a directory. */
  public static Identity in(Path directory) throws IOException {
    return IdentityDirectory.list(directory).get(0).identity();
  }

  /** Returns what a directory of tests has, opened. */
  public static IdentitySecret secretIn(Path directory) throws IOException {
    Identities opened = IdentityDirectory.open(directory, TestJobs.PASSPHRASE.toCharArray());
    return opened.inUse();
  }

  /** Signs a file of an exchange as it is now, in the place of earlier signatures. */
  public static void sign(Path file, IdentitySecret... signers) throws IOException {
    sign(file, file, signers);
  }

  /** Signs a file of an exchange with what is going to be in it. */
  public static void sign(Path file, Path content, IdentitySecret... signers) throws IOException {
    byte[] message = message(name(file), Files.readAllBytes(content));
    List<Map<String, String>> signatures = new ArrayList<>();
    for (IdentitySecret signer : signers) {
      Map<String, String> signature = new LinkedHashMap<>();
      signature.put("by", signer.identity().toString());
      signature.put("signature", Base64.getEncoder().encodeToString(signer.sign(message)));
      signatures.add(signature);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", "nightjar-signature");
    json.put("version", 1);
    json.put("signatures", signatures);
    Files.writeString(
        file.resolveSibling(file.getFileName() + ".sig"),
        new ObjectMapper().writeValueAsString(json) + "\n");
  }

  /** Returns what a file of a job is called in an exchange, wherever that is. */
  private static String name(Path file) {
    String last = file.getFileName().toString();
    if (last.equals("plan.json") || last.equals("capacity.json")) {
      return last;
    }
    Path job = file;
    while (!job.getParent().getFileName().toString().equals("jobs")) {
      job = job.getParent();
    }
    return "jobs/%s/%s".formatted(job.getFileName(), job.relativize(file));
  }

  private static byte[] message(String name, byte[] content) {
    return "nightjar-exchange-1\n%s\n%s\n"
        .formatted(name, sha256(content))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the digest by which orders and manifests are known. */
  public static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
