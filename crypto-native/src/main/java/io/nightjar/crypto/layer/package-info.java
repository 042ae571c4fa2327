/** Linear layers as integers, whatever encrypts what they are applied to. */
package io.nightjar.crypto.layer;
