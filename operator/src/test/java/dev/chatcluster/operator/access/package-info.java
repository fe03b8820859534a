/** Tests of the package's pure functions, without a client or a broker. */
package dev.chatcluster.operator.access;
