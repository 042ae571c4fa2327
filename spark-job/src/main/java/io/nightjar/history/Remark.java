package io.nightjar.history;

import java.util.Optional;

/**
 * What there is to say of a night.
 *
 * @param figure which figure it is about, if it is about one
 * @param standsOut whether the night stands out by it; otherwise it only explains something
 * @param text a sentence without its full stop
 */
public record Remark(Optional<Figure> figure, boolean standsOut, String text) {

  static Remark of(String text) {
    return new Remark(Optional.empty(), true, text);
  }

  static Remark of(Figure figure, String text) {
    return new Remark(Optional.of(figure), true, text);
  }

  static Remark note(String text) {
    return new Remark(Optional.empty(), false, text);
  }
}
