package io.nightjar.job;

import io.nightjar.identity.Identity;
import io.nightjar.ledger.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file of data owners whose jobs a model owner takes.
 *
 * <p>A line has an identity, and behind it, if that is not the identity itself, the account that
 * its answers are counted on. So a data owner with a new identity keeps the account it has; one of
 * before there were identities is the fingerprint of a public key. What follows a # is for people.
 *
 * @param accounts the account of every identity
 */
record AcceptedOwners(Map<Identity, String> accounts) {

  private static final Pattern BLANK = Pattern.compile("\\s+");
  private static final Pattern KEY_OF_BEFORE = Pattern.compile("[0-9a-f]{64}");

  AcceptedOwners {
    accounts = Map.copyOf(accounts);
  }

  /**
   * Reads the file.
   *
   * @throws JobRefusedException if there is none, or a line is none of these
   */
  static AcceptedOwners read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new JobRefusedException("There is no file %s of accepted data owners".formatted(file));
    }
    Map<Identity, String> accounts = new HashMap<>();
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        add(accounts, BLANK.split(line), "%s, line %d".formatted(file, i + 1));
      }
    }
    return new AcceptedOwners(accounts);
  }

  private static void add(Map<Identity, String> accounts, String[] words, String where) {
    if (KEY_OF_BEFORE.matcher(words[0]).matches()) {
      throw new JobRefusedException(
          "%s, is the fingerprint of an encryption key: data owners have identities now, as 'nightjar identity show' prints them; write 'IDENTITY %s' to go on with the account of before"
              .formatted(where, words[0]));
    }
    try {
      if (words.length > 2) {
        throw new IllegalArgumentException("A line has an identity and perhaps an account");
      }
      Identity identity = Identity.parse(words[0]);
      String account = words.length == 2 ? Entry.requireAccount(words[1]) : identity.hex();
      if (accounts.putIfAbsent(identity, account) != null) {
        throw new IllegalArgumentException("The identity is there twice");
      }
    } catch (IllegalArgumentException e) {
      throw new JobRefusedException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }

  /** Returns the account of an identity, if it is accepted. */
  Optional<String> account(Identity identity) {
    return Optional.ofNullable(accounts.get(identity));
  }
}
