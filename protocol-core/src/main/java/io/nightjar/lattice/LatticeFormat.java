package io.nightjar.lattice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.protocol.SharedResources;
import io.nightjar.protocol.Travel;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The numbers of {@link HeParameters}, which go from one process of a job to another, where a
 * context is opened for them.
 *
 * @param scheme the scheme
 * @param ringDegree the degree of the ring
 * @param primes the primes of keys; if there are several, data has all but the last
 * @param plainModulus 0 where the scheme has none
 * @param securityBits the security that the parameters were made for
 */
public record LatticeFormat(
    Scheme scheme, int ringDegree, List<Long> primes, long plainModulus, int securityBits) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * The types of lattices that travel: blocks do, in their wire form with their parameters in
   * front.
   */
  public static final Travel TRAVEL =
      new Travel(
          List.of(new Travel.Portable<>(CipherBlock.class, new PortableBlock())),
          List.of(SecretKey.class, LatticeSecret.class, EncryptionSeed.class, HeContext.class));

  /** Copies the primes. */
  public LatticeFormat {
    primes = List.copyOf(primes);
  }

  /** Returns the numbers of some parameters. */
  public static LatticeFormat of(HeParameters parameters) {
    return new LatticeFormat(
        parameters.scheme(),
        parameters.ringDegree(),
        parameters.keyPrimes(),
        parameters.plainModulus(),
        parameters.securityBits());
  }

  /** Returns what {@link #write} wrote. */
  public static LatticeFormat read(String text) {
    try {
      return MAPPER.readValue(text, LatticeFormat.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not the parameters of a block", e);
    }
  }

  /** Returns the numbers as a text. */
  public String write() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Parameters that cannot be written as JSON", e);
    }
  }

  /**
   * Returns the one context of this process for the numbers, which are checked at the first call.
   */
  public HeContext context(SharedResources resources) {
    return resources.get(
        this,
        HeContext.class,
        () ->
            HeContext.open(
                HeParameters.ofExplicitPrimes(
                    scheme, ringDegree, primes, plainModulus, securityBits)));
  }

  /** Returns how blocks are written and read in this process. */
  public BlockFormat open(SharedResources resources, long mostBlockBytes) {
    return new BlockCodec(context(resources), mostBlockBytes);
  }

  /** The form of blocks with their parameters in front, which any process can open. */
  private static final class PortableBlock implements Travel.Form<CipherBlock> {
    @Override
    public void write(CipherBlock block, SharedResources resources, OutputStream out)
        throws IOException {
      LatticeFormat format = of(block.parameters());
      DataOutputStream data = new DataOutputStream(out);
      data.writeUTF(format.write());
      data.flush();
      new BlockCodec(format.context(resources)).write(block, BlockLabel.NONE, out);
    }

    @Override
    public CipherBlock read(SharedResources resources, InputStream in) throws IOException {
      LatticeFormat format = LatticeFormat.read(new DataInputStream(in).readUTF());
      return new BlockCodec(format.context(resources)).read(in, header -> {}).block();
    }
  }
}
