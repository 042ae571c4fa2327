package io.nightjar.twoparty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.paillier.PaillierBlock;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.PaillierKeys;
import io.nightjar.keys.PaillierSecret;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.Travel;
import java.util.HexFormat;
import java.util.List;

/**
 * The format of a job's blocks as it goes to executors, which need the parameters and the data
 * owner's public key to read and write them.
 *
 * @param modulusBits the bits of the modulus
 * @param fieldBits the bits of a field
 * @param publicKey the key as it travels, in hexadecimal digits
 */
record TwoPartyFormat(int modulusBits, int fieldBits, String publicKey) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The types of Paillier, none of which travels: blocks go through files only. */
  static final Travel TRAVEL =
      new Travel(
          List.of(),
          List.of(
              PaillierBlock.class,
              PaillierPublicKey.class,
              PaillierSecretKey.class,
              PaillierSecret.class,
              EncryptionSeed.class));

  static TwoPartyFormat of(PaillierParameters parameters, OwnerKey owner) {
    return new TwoPartyFormat(
        parameters.modulusBits(), parameters.fieldBits(), HexFormat.of().formatHex(owner.bytes()));
  }

  static TwoPartyFormat read(String text) {
    try {
      return MAPPER.readValue(text, TwoPartyFormat.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not the parameters of a block", e);
    }
  }

  String write() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Parameters that cannot be written as JSON", e);
    }
  }

  /** Returns the one opened key of this process for these parameters and bytes. */
  PaillierPublicKey key(SharedResources resources) {
    return resources.get(
        this,
        PaillierPublicKey.class,
        () ->
            PaillierKeys.open(
                new PaillierParameters(modulusBits, fieldBits),
                new OwnerKey(HexFormat.of().parseHex(publicKey))));
  }
}
