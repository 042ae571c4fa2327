package io.nightjar.job;

import io.nightjar.keys.Passphrase;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import java.io.IOException;

/** Where the passphrase of keys comes from, as the settings have it. */
public final class Passphrases {

  private Passphrases() {}

  /**
   * Returns the passphrase, which the caller closes.
   *
   * @param confirm whether it is to be typed twice
   * @throws io.nightjar.keys.KeysUnusableException if there is none
   */
  public static Passphrase get(Settings settings, boolean confirm) throws IOException {
    return Passphrase.get(
        settings.get(NightjarSettings.KEYS_PASSPHRASE_FILE),
        NightjarSettings.KEYS_PASSPHRASE_FILE.key(),
        confirm);
  }
}
